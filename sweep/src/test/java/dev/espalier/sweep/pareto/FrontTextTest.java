package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.trial;
import static dev.espalier.sweep.pareto.Points.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FrontTextTest {
  private static final int WIDTH = 100;

  private static final Point DENSE = trial("resnet18", "0.0", "none", 802, 2_810_123);
  private static final Point PRUNED = trial("resnet18", "0.8", "none", 801, 600_123);
  private static final Point CLUSTERED = trial("resnet18", "0.9", "16", 790, 90_456);
  private static final Point TINY = trial("mobilenetv2", "0.95", "16", 410, 9_876);
  private static final Point DIVERGED = point("lost", Map.of("val/accuracy", Double.NaN));

  private static final Front FRONT =
      Front.of(List.of(DENSE, PRUNED, CLUSTERED, TINY, DIVERGED), ACCURACY_BY_SIZE);

  @Test
  void alignsColumnsAndExplainsItsMarksToThoseWhoAsk() {
    assertEquals(
        """
        trial                     val accuracy    test     size   ratio  P(front)  P(knee)
        mobilenetv2-s0.95-k16  0.4100 ± 0.0305  0.4000  9.88 kB  284.1x      1.00     0.00
        resnet18-s0.9-k16      0.7900 ± 0.0252  0.7800  90.5 kB   31.0x      1.00     1.00  knee
        resnet18-s0.8-knone    0.8010 ± 0.0247  0.7910   600 kB    4.7x      1.00     0.00
        resnet18-s0.0-knone    0.8020 ± 0.0247  0.7920  2.81 MB    1.0x      0.64     0.00  tied
        ±: 95 % interval over the 1000 validation images; one seed: variation between seeds is not included
        P(front), P(knee): how often nothing beats it, and how often it is the knee, in 1000 draws of validation images
        tied: no more accurate than the next smaller point, within two standard errors of the difference
        ratio: the same network as plain 32-bit weights, by size
        hypervolume: 5.2490, from val/accuracy 0, size/compressed_bytes 2805864
        left out: lost (val/accuracy is NaN, has no size/compressed_bytes)
        """
            .lines()
            .toList(),
        lines(sure(FRONT)));
    List<String> usual =
        FrontText.of(sure(FRONT), Map.of(), WIDTH).stream()
            .filter(TextLine::isUsual)
            .map(TextLine::text)
            .toList();
    assertEquals(
        List.of(
            "±: 95 % interval over the 1000 validation images; one seed: variation between seeds is not included",
            "left out: lost (val/accuracy is NaN, has no size/compressed_bytes)"),
        usual.subList(5, usual.size()));
  }

  @Test
  void saysOnceWhatAllHaveAndNumbersTheTrials() {
    List<Point> points =
        List.of(
            trial("resnet18-w0.25", "0.8", "16", 801, 100_123),
            trial("resnet18-w0.25", "0.9", "16", 790, 90_456));
    Front front = Front.of(points, ACCURACY_BY_SIZE);
    Map<String, Integer> numbers =
        Map.of(points.get(0).trial(), 7, points.get(1).trial(), 12, "another", 1);
    assertEquals(
        """
        all: resnet18-w0.25, k16
         #  trial     val accuracy    test     size  ratio  P(front)  P(knee)
        12  s0.9   0.7900 ± 0.0252  0.7800  90.5 kB  31.0x      1.00     0.00
         7  s0.8   0.8010 ± 0.0247  0.7910   100 kB  28.0x      1.00     1.00  knee
        """
            .lines()
            .toList(),
        FrontText.of(sure(front), numbers, WIDTH).stream().limit(4).map(TextLine::text).toList());
    assertEquals(
        List.of(TextLine.Kind.HEAD, TextLine.Kind.HEAD, TextLine.Kind.PLAIN, TextLine.Kind.BEST),
        FrontText.of(sure(front), numbers, WIDTH).stream().limit(4).map(TextLine::kind).toList());
  }

  @Test
  void leavesColumnsOutUntilItFitsAndThenCutsNames() {
    Confidence front = sure(FRONT);
    assertEquals("#", widest(front, 90));
    assertTrue(header(front, 90).contains("P(knee)"));
    assertEquals(
        "trial                     val accuracy    test     size   ratio  P(front)",
        header(front, 80));
    assertEquals(
        "trial                     val accuracy    test     size  P(front)", header(front, 73));
    assertEquals("trial                     val accuracy     size", header(front, 60));
    List<String> narrow =
        FrontText.of(front, Map.of(), 50).stream().limit(5).map(TextLine::text).toList();
    assertEquals("mobilene....95-k16  0.4100 ± 0.0305  9.88 kB", narrow.get(1).strip());
    for (int width : new int[] {100, 90, 80, 73, 60, 50}) {
      assertEquals("#", widest(front, width));
    }
  }

  /** A # where no row is wider than is allowed, else the widest. */
  private static String widest(Confidence front, int width) {
    return FrontText.of(front, Map.of(), width).stream()
        .limit(5)
        .map(TextLine::text)
        .filter(line -> line.length() > width)
        .findAny()
        .orElse("#");
  }

  private static String header(Confidence front, int width) {
    return FrontText.of(front, Map.of(), width).get(0).text();
  }

  @Test
  void seedsOfARowAreSaidAboveAndItsTrialsAreNumbered() {
    Front front = ConfidenceTest.threeSeeds();
    Map<String, Integer> numbers = new TreeMap<>();
    for (int seed = 1; seed <= 3; seed++) {
      numbers.put("id-small-seed" + seed, 10 * seed);
    }
    List<String> lines =
        FrontText.of(sure(front), numbers, WIDTH).stream().map(TextLine::text).toList();
    assertEquals("all: 3 seeds", lines.get(0));
    assertTrue(lines.get(3).startsWith("10,20,30  small  0.8080 ± 0.0099"), lines.get(3));
  }

  @Test
  void givesOtherObjectivesAColumn() {
    Point small =
        point("small", Map.of("val/accuracy", 0.5, "macs/nonzero", 1234.0, "val/loss", 0.25));
    Front front =
        Front.of(
            List.of(small),
            List.of(
                Objective.maximize("val/accuracy"),
                Objective.minimize("val/loss"),
                Objective.minimize("macs/nonzero")));

    assertTrue(lines(sure(front)).get(0).endsWith("ratio  val/loss  macs/nonzero"));
    assertTrue(lines(sure(front)).get(1).endsWith("0.2500          1234  knee"));
  }

  @Test
  void countsSeedsOfAllPointsUntilThereAreThree() {
    List<Point> points = new ArrayList<>(List.of(CLUSTERED));
    assertTrue(text(points).contains("one seed: "));
    points.add(with(CLUSTERED, "2", CLUSTERED.correct()));
    assertTrue(text(points).contains("two seeds: "));
    // The third is on no front, and yet a seed.
    points.add(with(point("worse", 0.1, 1e9), "3", null));
    assertTrue(text(points).contains("where seeds are below 3: "));
    points.add(with(CLUSTERED, "3", CLUSTERED.correct()));
    assertFalse(text(points).contains("another seed"));
  }

  @Test
  void aConfigurationOfThreeSeedsIsARow() {
    assertEquals(
        """
        all: 3 seeds
        trial     val accuracy  test     size  ratio  P(front)  P(knee)
        tiny   0.3020 ± 0.0025     -  1.00 kB      -      1.00     0.00
        small  0.8080 ± 0.0099     -  2.00 kB      -      1.00     1.00  knee
        large  0.8480 ± 0.0224     -  20.0 kB      -      1.00     0.00
        ±: 95 % interval over the seeds (Student's t), with these validation images
        P(front), P(knee): how often nothing beats it, and how often it is the knee, in 1000 draws of validation images and seeds
        close: close is beaten, but P(front) is 0.37
        ratio: the same network as plain 32-bit weights, by size
        """
            .lines()
            .toList(),
        lines(sure(ConfidenceTest.threeSeeds())));
  }

  @Test
  void showsADashForWhatIsNotKnown() {
    Front front =
        Front.of(
            List.of(point("a", Map.of("val/accuracy", 0.5))),
            List.of(Objective.maximize("val/accuracy")));

    assertEquals("a            0.5000     -     -      -  knee", lines(sure(front)).get(1));
  }

  @Test
  void anEmptyFrontIsAHeader() {
    Front front = Front.of(List.of(), ACCURACY_BY_SIZE);

    assertEquals("trial  val accuracy  test  size  ratio", lines(sure(front)).get(0));
  }

  private static Confidence sure(Front front) {
    return Confidence.of(front, ReferencePoint.NONE);
  }

  private static List<String> lines(Confidence front) {
    return FrontText.of(front, Map.of(), WIDTH).stream().map(TextLine::text).toList();
  }

  private static String text(List<Point> points) {
    return String.join("\n", lines(sure(Front.of(Repetitions.merged(points), ACCURACY_BY_SIZE))));
  }
}
