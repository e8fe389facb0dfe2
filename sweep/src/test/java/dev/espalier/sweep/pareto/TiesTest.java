package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.outcomes;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.seed;
import static dev.espalier.sweep.pareto.Points.with;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TiesTest {

  @Test
  void aPointIsTiedIfItsNextSmallerNeighbourIsAsAccurateBeyondDoubt() {
    // 8 images of 1,000 differ, all in favour of the larger: 0.008 against 2 x 0.0028.
    boolean[] clear = ties(one("small", 1, 0, 800, 10), one("large", 1, 0, 808, 20));
    // 58 differ, 33 to 25: the same 0.008 against 2 x 0.0076.
    boolean[] tied = ties(one("small", 1, 0, 800, 10), one("large", 1, 25, 833, 20));

    assertArrayEquals(new boolean[] {false, false}, clear);
    assertArrayEquals(new boolean[] {false, true}, tied);
  }

  @Test
  void accuraciesOfDifferentSeedsAreIndependent() {
    Point small = one("small", 1, 0, 800, 10);
    Point large = one("large", 2, 0, 808, 20);

    Difference difference = Difference.between(large, small);

    assertEquals(0.008, difference.accuracy(), 1e-12);
    assertEquals(
        Math.sqrt(0.8 * 0.2 / 1000 + 0.808 * 0.192 / 1000), difference.standardError(), 1e-12);
    assertArrayEquals(new boolean[] {false, true}, ties(small, large));
  }

  @Test
  void meansArePairedBySeedAndByImage() {
    // Each seed moves both by 0.05, which says nothing about their difference of 0.010, 0.012,
    // 0.014.
    List<Point> small = new ArrayList<>();
    List<Point> large = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      small.add(seed("small", seed, outcomes(0, 700 + 50 * seed, 1000), 10));
      large.add(seed("large", seed, outcomes(0, 708 + 52 * seed, 1000), 20));
    }
    Point a = Repetitions.merged(large).get(0);
    Point b = Repetitions.merged(small).get(0);

    Difference difference = Difference.between(a, b);

    double seeds = 0.002 / Math.sqrt(3);
    // Each image differs with one seed at most: 36 times a third.
    double images = Math.sqrt((36 / 9.0 / 1000 - 0.012 * 0.012) / 1000);
    assertEquals(0.012, difference.accuracy(), 1e-12);
    assertEquals(Math.hypot(seeds, images), difference.standardError(), 1e-9);
    assertFalse(difference.tied());
    // Other seeds, though as accurate: what each seed does counts in full.
    List<Point> others = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      others.add(seed("small", seed + 3, outcomes(0, 700 + 50 * seed, 1000), 10));
    }
    assertTrue(Difference.between(a, Repetitions.merged(others).get(0)).tied());
  }

  @Test
  void threeSeedsAreEnoughWithoutOutcomes() {
    List<Point> trials = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      trials.add(with(point("small-seed" + seed, 0.79 + seed * 0.01, 10), "" + seed, null));
    }
    Point small = Repetitions.merged(trials).get(0);

    assertEquals(3, small.trials().size());
    assertEquals(0.01 / Math.sqrt(3), error(small), 1e-12);
    assertTrue(Double.isNaN(error(trials.get(0))));
  }

  @Test
  void withMoreObjectivesOnlyAPointThatIsAsGoodInAllElseCounts() {
    List<Objective> objectives =
        List.of(
            Objective.maximize("val/accuracy"),
            Objective.minimize("size/compressed_bytes"),
            Objective.minimize("macs/nonzero"));
    Point few = three("few-macs", 0, 800, 30, 1);
    Point small = three("small", 5, 806, 10, 5);
    Point both = three("both", 25, 833, 30, 5);

    Front front = Front.of(List.of(few, small, both), objectives);

    assertEquals(
        List.of("few-macs", "small", "both"), front.points().stream().map(Point::name).toList());
    // The small one is as accurate as the one with few MACs, which is larger.
    assertArrayEquals(new boolean[] {false, false, true}, Ties.of(front));
  }

  @Test
  void ofEqualPointsTheFirstIsNotTied() {
    assertArrayEquals(
        new boolean[] {false, true}, ties(one("a", 1, 0, 800, 10), one("b", 1, 0, 800, 10)));
  }

  @Test
  void nothingIsTiedWhereChanceIsNotKnownOrAccuracyIsNoObjective() {
    assertArrayEquals(
        new boolean[] {false, false}, ties(point("small", 0.8, 10), point("large", 0.8001, 20)));
    Front bySize =
        Front.of(
            List.of(one("a", 1, 0, 800, 10), one("b", 1, 0, 801, 10)),
            List.of(Objective.minimize("size/compressed_bytes")));
    assertArrayEquals(new boolean[] {false, false}, Ties.of(bySize));
  }

  private static double error(Point point) {
    return Difference.between(point, one("other", 9, 0, 1000, 10)).standardError();
  }

  private static boolean[] ties(Point... points) {
    return Ties.of(Front.of(List.of(points), ACCURACY_BY_SIZE));
  }

  private static Point one(String name, int seed, int from, int to, double bytes) {
    return seed(name, seed, outcomes(from, to, 1000), bytes);
  }

  private static Point three(String name, int from, int to, double bytes, double macs) {
    Outcomes correct = outcomes(from, to, 1000);
    return new Point(
        name,
        name,
        Map.of("seed", "1"),
        Lineage.UNKNOWN,
        new Metrics(
            Map.of(
                "val/accuracy",
                correct.accuracy(),
                "size/compressed_bytes",
                bytes,
                "macs/nonzero",
                macs)),
        correct);
  }
}
