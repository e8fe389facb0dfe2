package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HypervolumeTest {
  private static final ReferencePoint FROM_A_MEGABYTE =
      new ReferencePoint(
          Map.of(
              Objective.maximize("val/accuracy"),
              0.0,
              Objective.minimize("size/compressed_bytes"),
              1_048_576.0));

  @Test
  void countsHalvingsOfTheReferencesSizeTimesAccuracy() {
    // 0.8 over one halving, then 0.5 over two more.
    Front front =
        Front.of(List.of(point("a", 0.5, 131_072), point("b", 0.8, 524_288)), ACCURACY_BY_SIZE);

    assertEquals(0.8 + 0.5 * 2, Hypervolume.of(front, FROM_A_MEGABYTE), 1e-12);
  }

  @Test
  void pointsThatAreNoBetterThanTheReferenceAddNothing() {
    Front front =
        Front.of(
            List.of(
                point("none", 0, 10), point("dense", 0.9, 1_048_576), point("larger", 0.95, 2e6)),
            ACCURACY_BY_SIZE);

    assertEquals(0, Hypervolume.of(front, FROM_A_MEGABYTE));
  }

  @Test
  void isNotKnownWithoutAReference() {
    Front front = Front.of(List.of(point("a", 0.5, 10)), ACCURACY_BY_SIZE);

    assertTrue(Double.isNaN(Hypervolume.of(front, ReferencePoint.NONE)));
    assertEquals(0, Hypervolume.of(Front.of(List.of(), ACCURACY_BY_SIZE), FROM_A_MEGABYTE));
  }

  @Test
  void agreesWithInclusionAndExclusionInUpToSixDimensions() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 300; round++) {
      int dimensions = 1 + round % 6;
      List<double[]> points = new ArrayList<>();
      for (int i = 0; i < random.nextInt(11); i++) {
        // Few values, so that coordinates and whole points are equal.
        points.add(random.doubles(dimensions).map(v -> 1 + Math.floor(v * 5)).toArray());
      }

      assertEquals(
          inclusionAndExclusion(points, dimensions),
          Hypervolume.of(points, dimensions),
          1e-6,
          "round " + round);
    }
  }

  @Test
  void neverShrinksWhenAPointComes() {
    SplittableRandom random = new SplittableRandom(6);
    List<Point> points = new ArrayList<>();
    double before = 0;
    for (int i = 0; i < 200; i++) {
      points.add(point("p" + i, random.nextDouble(), 1 + random.nextInt(2_000_000)));
      double now = Hypervolume.of(Front.of(points, ACCURACY_BY_SIZE), FROM_A_MEGABYTE);
      assertTrue(now >= before, i + ": " + now + " after " + before);
      before = now;
    }
  }

  @Test
  void takesTenThousandPointsOfThreeObjectivesAtOnce() {
    SplittableRandom random = new SplittableRandom(7);
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      double x = random.nextDouble();
      double y = random.nextDouble() * (1 - x);
      points.add(new double[] {x, y, 1 - x - y});
    }

    double volume =
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> Hypervolume.of(points, 3));

    assertTrue(volume > 0.15 && volume < 1 / 6.0, "below the simplex: " + volume);
  }

  private static double inclusionAndExclusion(List<double[]> points, int dimensions) {
    double volume = 0;
    for (int subset = 1; subset < 1 << points.size(); subset++) {
      double common = Integer.bitCount(subset) % 2 == 1 ? 1 : -1;
      for (int d = 0; d < dimensions; d++) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < points.size(); i++) {
          least = (subset >> i & 1) == 1 ? Math.min(least, points.get(i)[d]) : least;
        }
        common *= least;
      }
      volume += common;
    }
    return volume;
  }
}
