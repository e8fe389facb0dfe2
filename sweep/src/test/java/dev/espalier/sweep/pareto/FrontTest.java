package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.espalier.workers.facts.MetricCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FrontTest {

  @Test
  void keepsWhatNothingBeatsFromSmallToLarge() {
    Front front =
        Front.of(
            List.of(
                point("large", 0.9, 1000),
                point("wasteful", 0.7, 900),
                point("small", 0.5, 10),
                point("middle", 0.8, 100)),
            ACCURACY_BY_SIZE);

    assertEquals(List.of("small", "middle", "large"), names(front.points()));
    assertEquals(List.of("wasteful"), names(front.dominated()));
  }

  @Test
  void keepsEqualPointsSideBySide() {
    Front front =
        Front.of(
            List.of(point("b", 0.9, 10), point("a", 0.9, 10), point("worse", 0.9, 11)),
            ACCURACY_BY_SIZE);

    assertEquals(List.of("a", "b"), names(front.points()));
  }

  @Test
  void takesMinusZeroForZero() {
    Front front = Front.of(List.of(point("a", 0.0, 1), point("b", -0.0, 1)), ACCURACY_BY_SIZE);

    assertEquals(List.of("a", "b"), names(front.points()));
  }

  @Test
  void saysWhyAPointCouldNotBeCompared() {
    Front front =
        Front.of(
            List.of(
                point("fine", 0.5, 10),
                point("diverged", Double.NaN, 1),
                point("unmeasured", Map.of("val/accuracy", 0.9))),
            ACCURACY_BY_SIZE);

    assertEquals(List.of("fine"), names(front.points()));
    assertEquals(
        List.of("diverged: val/accuracy is NaN", "unmeasured: has no size/compressed_bytes"),
        front.excluded().stream().map(e -> e.point().name() + ": " + e.reason()).toList());
  }

  @Test
  void agreesWithComparingEveryPairAlsoWithTiesAndInfinities() {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = {Double.NEGATIVE_INFINITY, -1, -0.0, 0, 1, 2, 3, Double.POSITIVE_INFINITY};
    for (int round = 0; round < 600; round++) {
      int dimensions = 1 + round % 4;
      List<Objective> objectives = objectives(dimensions, random);
      List<Point> all = new ArrayList<>();
      for (int i = 0; i < random.nextInt(1, 40); i++) {
        Map<String, Double> metrics = new TreeMap<>();
        for (Objective objective : objectives) {
          metrics.put(objective.name(), values[random.nextInt(values.length)]);
        }
        all.add(point("p" + i, metrics));
      }

      Front front = Front.of(all, objectives);

      assertEquals(
          unbeaten(all, objectives), new HashSet<>(names(front.points())), "round " + round);
      assertEquals(all.size(), front.points().size() + front.dominated().size());
    }
  }

  @Test
  void findsTheFrontOfTenThousandPointsAtOnceEvenIfAllAreOnIt() {
    SplittableRandom random = new SplittableRandom(2);
    List<Objective> objectives = objectives(4, random);
    List<Point> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Map<String, Double> metrics = new TreeMap<>();
      double rest = 0;
      for (int d = 0; d < 3; d++) {
        double value = random.nextInt(1_000_000);
        metrics.put("m" + d, objectives.get(d).maximize() ? -value : value);
        rest -= value;
      }
      metrics.put("m3", objectives.get(3).maximize() ? -rest : rest);
      all.add(point("p" + i, metrics));
    }

    Front front =
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> Front.of(all, objectives));

    assertEquals(10_000, front.points().size());
  }

  @Test
  void refusesNoObjectiveAndOneTwice() {
    assertThrows(IllegalArgumentException.class, () -> Front.of(List.of(), List.of()));
    List<Objective> twice = List.of(Objective.maximize("m"), Objective.minimize("m"));
    assertThrows(IllegalArgumentException.class, () -> Front.of(List.of(), twice));
  }

  private static List<Objective> objectives(int dimensions, SplittableRandom random) {
    List<Objective> objectives = new ArrayList<>();
    for (int d = 0; d < dimensions; d++) {
      objectives.add(new Objective(MetricCatalogue.STANDARD.get("m" + d), random.nextBoolean()));
    }
    return objectives;
  }

  /** The definition, word by word. */
  private static Set<String> unbeaten(List<Point> all, List<Objective> objectives) {
    Set<String> unbeaten = new HashSet<>();
    for (Point point : all) {
      if (all.stream().noneMatch(other -> beats(other, point, objectives))) {
        unbeaten.add(point.name());
      }
    }
    return unbeaten;
  }

  private static boolean beats(Point a, Point b, List<Objective> objectives) {
    int better = 0;
    for (Objective objective : objectives) {
      double x = a.metrics().get(objective.name());
      double y = b.metrics().get(objective.name());
      if (objective.maximize() ? x < y : x > y) {
        return false;
      }
      if (x != y) {
        better++;
      }
    }
    return better > 0;
  }

  private static List<String> names(List<Point> points) {
    return points.stream().map(Point::name).toList();
  }
}
