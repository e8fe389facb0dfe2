package dev.espalier.sweep.pareto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final Point DENSE = Points.trial("net", "0.0", "none", 900, 1000);
  private static final Point LARGE = Points.trial("net", "0.5", "none", 895, 600);
  private static final Point MIDDLE = Points.trial("net", "0.8", "none", 891, 300);
  private static final Point SMALL = Points.trial("net", "0.9", "none", 880, 100);
  private static final Point BEATEN = Points.trial("net", "0.85", "none", 890, 310);
  private static final List<Point> ALL = List.of(DENSE, LARGE, MIDDLE, SMALL, BEATEN);

  @Test
  void picksTheSmallestThatLosesNoMoreThanIsAllowed() {
    assertEquals(MIDDLE, picked(new SelectionRule.Within(0.01)));
    assertEquals(SMALL, picked(new SelectionRule.Within(0.02)));
    assertEquals(LARGE, picked(new SelectionRule.Within(0.005)));
    assertEquals(DENSE, picked(new SelectionRule.Within(0)));
  }

  /** As of a network that was trained on other classes than the data has. */
  @Test
  void withoutTheAccuracyOfTheDenseNetworkItIsHeldAgainstTheMostAccurateTrial() {
    Map<String, Double> metrics = new TreeMap<>(DENSE.metrics().values());
    metrics.put("val/accuracy", Double.NaN);
    Point unknown =
        new Point(
            DENSE.trial(),
            DENSE.name(),
            DENSE.parameters(),
            DENSE.lineage(),
            new Metrics(metrics),
            null);
    List<Point> points = List.of(unknown, LARGE, MIDDLE, SMALL, BEATEN);
    Selection choice = Selection.of(new SelectionRule.Within(0.005), points);
    assertNull(choice.dense(SMALL));
    assertEquals(LARGE, choice.reference(SMALL));
    assertEquals(MIDDLE, choice.picked());
    assertEquals(SMALL, Selection.of(new SelectionRule.Within(0.02), points).picked());
    List<String> text = text(choice);
    assertEquals(
        "the dense network has other classes, so the loss is relative to the most accurate"
            + " trial, "
            + LARGE.name(),
        text.get(2));
    assertTrue(text.stream().noneMatch(line -> line.contains("NaN")), text.toString());
  }

  @Test
  void picksTheMostAccurateThatFitsAndTheSmallestThatIsAccurateEnough() {
    assertEquals(LARGE, picked(new SelectionRule.MaxBytes(600)));
    assertEquals(MIDDLE, picked(new SelectionRule.MaxBytes(599)));
    assertEquals(MIDDLE, picked(new SelectionRule.MinAccuracy(0.891)));
    assertEquals(LARGE, picked(new SelectionRule.MinAccuracy(0.8911)));
    assertEquals(Knee.of(front()), picked(new SelectionRule.AtKnee()));
  }

  @Test
  void ofWhatDoesNotFitTheNearestIsKnown() {
    Selection small = Selection.of(new SelectionRule.MaxBytes(99), ALL);
    assertNull(small.picked());
    assertEquals(SMALL, small.nearest());
    Selection accurate = Selection.of(new SelectionRule.MinAccuracy(0.95), ALL);
    assertNull(accurate.picked());
    assertEquals(DENSE, accurate.nearest());
    assertNull(Selection.of(new SelectionRule.Within(0.01), List.of()).nearest());
    Selection withoutDense = Selection.of(new SelectionRule.Within(0.5), List.of(SMALL, MIDDLE));
    assertNull(withoutDense.picked());
    assertEquals(MIDDLE, withoutDense.nearest());
  }

  @Test
  void neighboursAreThoseOnTheFront() {
    Selection choice = Selection.of(new SelectionRule.Within(0.01), ALL);
    assertEquals(SMALL, choice.smaller(MIDDLE));
    assertEquals(LARGE, choice.larger(MIDDLE));
    assertNull(choice.smaller(SMALL));
    assertNull(choice.larger(DENSE));
  }

  @Test
  void isHeldAgainstTheNetworkThatItWasMadeOfAndNoOther() {
    Point wide = Points.trial("wide", "0.0", "none", 950, 9000);
    Point other = Points.trial("wide", "0.8", "none", 930, 3000);
    Selection choice =
        Selection.of(new SelectionRule.Within(0.0095), List.of(DENSE, MIDDLE, wide, other));
    assertEquals(DENSE, choice.dense(MIDDLE));
    assertEquals(wide, choice.dense(other));
    assertEquals(MIDDLE, choice.picked());
    assertEquals(
        other, Selection.of(new SelectionRule.Within(0.02), List.of(wide, other)).picked());
    assertNull(Selection.of(new SelectionRule.Within(0.5), List.of(wide, MIDDLE)).dense(MIDDLE));
  }

  @Test
  void seedsAreHeldAgainstTheDenseNetworksOfTheSameSeeds() {
    List<Point> trials = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      trials.add(ofSeed(Points.trial("net", "0.0", "none", 900 + 10 * seed, 1000), seed));
      trials.add(ofSeed(Points.trial("net", "0.8", "none", 891 + 10 * seed, 300), seed));
    }
    Selection choice = Selection.of(new SelectionRule.Within(0.0095), Repetitions.merged(trials));
    Point picked = present(choice.picked());
    assertEquals(0.911, Selection.accuracy(picked), 1e-12);
    assertEquals(0.92, Selection.accuracy(present(choice.dense(picked))), 1e-12);
    assertEquals("3", Selection.mostAccurate(picked).parameters().get("seed"));
    List<String> lines = text(choice);
    assertTrue(
        lines.contains(
            "±: 95 % interval over the seeds (Student's t), with these validation images"),
        lines.toString());
  }

  @Test
  void theDenseNetworkFineTunedAsLongStandsBesideIt() {
    Point control = fineTuned(Points.trial("net", "0.0", "none", 905, 1000), "1");
    Point longer = fineTuned(Points.trial("net", "0.0", "none", 910, 1000), "3");
    Selection choice =
        Selection.of(new SelectionRule.Within(0.02), List.of(DENSE, MIDDLE, longer, control));
    assertEquals(control, choice.denseFineTuned(MIDDLE));
    assertNull(choice.denseFineTuned(DENSE));
    assertTrue(
        String.join("\n", text(choice)).contains("dense, fine-tuned"), text(choice).toString());
  }

  /**
   * Of 1,000 images 9 less are right, of a subset: the error is sqrt(0.009 - 0.009^2) / sqrt(1000).
   */
  @Test
  void saysHowSureItIsByPairsOfImages() {
    Selection choice = Selection.of(new SelectionRule.Within(0.01), ALL);
    assertEquals(LARGE, present(choice.beyondChance()));
    List<String> lines = text(choice);
    assertEquals("picked: net-s0.8-knone", lines.get(0));
    assertEquals(
        "not sure: it loses 0.0090 ± 0.0060, so by chance it might be 0.0150", lines.get(2));
    assertEquals(
        "the smallest for which it holds beyond two standard errors: net-s0.5-knone, 600 B at 0.8950",
        lines.get(3));
    List<String> sure = text(Selection.of(new SelectionRule.Within(0.015), ALL));
    assertEquals(
        "sure: it loses 0.0090 ± 0.0060, which holds beyond two standard errors", sure.get(2));
    List<String> least = text(Selection.of(new SelectionRule.MinAccuracy(0.88), ALL));
    assertEquals(
        "not sure: it reaches 0.8800 ± 0.0206, so by chance it might be 0.8594", least.get(2));
  }

  /** Fine-tuned, it may be more accurate than the dense network. */
  @Test
  void whatIsMoreAccurateThanTheDenseNetworkGains() {
    Point better = Points.trial("net", "0.7", "none", 903, 90);
    List<String> lines = text(Selection.of(new SelectionRule.Within(0.0), List.of(DENSE, better)));
    assertEquals(
        "not sure: it gains 0.0030 ± 0.0035, so by chance it might lose 0.0005", lines.get(2));
  }

  @Test
  void saysWhatIsNearestWhereNothingFits() {
    assertEquals(
        List.of(
            "nothing fits: there is no trial that is the most accurate on validation of at most 99 bytes",
            "the nearest: net-s0.9-knone, 100 B at 0.8800"),
        text(Selection.of(new SelectionRule.MaxBytes(99), ALL)));
    assertEquals(
        List.of("nothing to pick from: no trial is completed"),
        text(Selection.of(new SelectionRule.AtKnee(), List.of())));
  }

  @Test
  void theTableFitsAndSaysOnceWhatAllHave() {
    Selection choice = Selection.of(new SelectionRule.Within(0.01), ALL);
    assertEquals(
        """
        picked: 3, net-s0.8-knone
        why: the smallest within 0.01 of the dense network's validation accuracy
        not sure: it loses 0.0090 ± 0.0060, so by chance it might be 0.0150
        the smallest for which it holds beyond two standard errors: net-s0.5-knone, 600 B at 0.8950

        all: net, knone
                      #  trial     val accuracy     more accurate    test     size  times
        picked        3  s0.8   0.8910 ± 0.0193                    0.8810    300 B  1.00x
        next smaller     s0.9   0.8800 ± 0.0201  -0.0110 ± 0.0066  0.8700    100 B  0.33x
        next larger   2  s0.5   0.8950 ± 0.0190  +0.0040 ± 0.0040  0.8850    600 B  2.00x
        dense            s0.0   0.9000 ± 0.0186  +0.0090 ± 0.0060  0.8900  1.00 kB  3.33x
        ±: 95 % interval over the 1000 validation images; one seed: variation between seeds is not included
        validation chooses; test accuracy is shown and never used to choose
        """
            .lines()
            .toList(),
        SelectionText.of(choice, Map.of(MIDDLE.trial(), 3, LARGE.trial(), 2), 100).stream()
            .filter(TextLine::isUsual)
            .map(TextLine::text)
            .toList());
  }

  @Test
  void whatSomebodyAskedForStandsBesideTheSameNeighbours() {
    Selection asked = Selection.asked(BEATEN, ALL);
    assertEquals(BEATEN, asked.picked());
    assertEquals(MIDDLE, asked.smaller(BEATEN));
    List<String> lines = text(asked);
    assertEquals("picked: net-s0.85-knone", lines.get(0));
    assertEquals("why: the requested trial", lines.get(1));
    assertEquals("", lines.get(2));
  }

  @Test
  void refusesWishesThatNobodyCanMean() {
    for (double loss : new double[] {-0.01, 1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new SelectionRule.Within(loss));
    }
    assertThrows(IllegalArgumentException.class, () -> new SelectionRule.MaxBytes(0));
    for (double accuracy : new double[] {0, 1.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new SelectionRule.MinAccuracy(accuracy));
    }
  }

  /** Every point is tried, without a front and without an order. */
  @Test
  void picksWhatTryingEveryPointPicks() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 300; round++) {
      List<Point> points = new ArrayList<>();
      int dense = 500 + random.nextInt(500);
      points.add(random(random, "0.0", dense, 5000));
      for (int i = 0; i < random.nextInt(12); i++) {
        points.add(random(random, "0." + (i + 1), random.nextInt(1000), 1 + random.nextInt(20)));
      }
      int loss = random.nextInt(200);
      int bytes = 1 + random.nextInt(25);
      assertSame(
          smallest(points, dense - loss),
          Selection.of(new SelectionRule.Within(loss / 1000.0), points).picked());
      assertSame(
          smallest(points, dense - loss),
          Selection.of(new SelectionRule.MinAccuracy((dense - loss) / 1000.0), points).picked());
      assertSame(
          mostAccurate(points, bytes),
          Selection.of(new SelectionRule.MaxBytes(bytes), points).picked());
    }
  }

  private static @Nullable Point smallest(List<Point> points, int right) {
    Point best = null;
    for (Point point : points) {
      boolean fits = Math.round(1000 * Selection.accuracy(point)) >= right;
      if (fits
          && (best == null
              || Selection.bytes(point) < Selection.bytes(best)
              || (Selection.bytes(point) == Selection.bytes(best)
                  && Selection.accuracy(point) > Selection.accuracy(best)))) {
        best = point;
      }
    }
    return best;
  }

  private static @Nullable Point mostAccurate(List<Point> points, int bytes) {
    Point best = null;
    for (Point point : points) {
      if (Selection.bytes(point) <= bytes
          && (best == null
              || Selection.accuracy(point) > Selection.accuracy(best)
              || (Selection.accuracy(point) == Selection.accuracy(best)
                  && Selection.bytes(point) < Selection.bytes(best)))) {
        best = point;
      }
    }
    return best;
  }

  /** Points that are equal in both are as good. */
  private static void assertSame(@Nullable Point expected, @Nullable Point found) {
    assertEquals(expected == null, found == null);
    if (expected != null && found != null) {
      assertEquals(Selection.bytes(expected), Selection.bytes(found));
      assertEquals(Selection.accuracy(expected), Selection.accuracy(found));
    }
  }

  private static Point random(SplittableRandom random, String sparsity, int right, long bytes) {
    Point point = Points.trial("net", sparsity, "none", right, bytes);
    BitSet correct = new BitSet();
    while (correct.cardinality() < right) {
      correct.set(random.nextInt(1000));
    }
    return Points.with(point, "1", Points.outcomes(correct, 1000));
  }

  private static Point ofSeed(Point trial, int seed) {
    Map<String, String> parameters = new TreeMap<>(trial.parameters());
    parameters.put("seed", "" + seed);
    return new Point(
        trial.trial() + seed,
        trial.name() + "-seed" + seed,
        parameters,
        new Lineage(trial.lineage().start() + seed, trial.lineage().steps()),
        trial.metrics(),
        trial.correct());
  }

  private static Point fineTuned(Point point, String epochs) {
    Map<String, String> parameters = new TreeMap<>(point.parameters());
    parameters.put("fine_tune_epochs", epochs);
    return new Point(
        point.trial() + epochs,
        point.name() + "-ft" + epochs,
        parameters,
        new Lineage(point.lineage().start(), List.of("fine-tune")),
        point.metrics(),
        point.correct());
  }

  private static List<String> text(Selection selection) {
    return SelectionText.of(selection, Map.of(), 100).stream().map(TextLine::text).toList();
  }

  private static Front front() {
    return Front.of(ALL, Points.ACCURACY_BY_SIZE);
  }

  private static Point picked(SelectionRule rule) {
    return present(Selection.of(rule, ALL).picked());
  }

  private static Point present(@Nullable Point point) {
    return Objects.requireNonNull(point, "nothing was picked");
  }
}
