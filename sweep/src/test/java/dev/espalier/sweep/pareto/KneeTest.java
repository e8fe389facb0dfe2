package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.espalier.workers.facts.MetricCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KneeTest {

  /** Figure 2 of Satopaa et al.: y = -1 / (x + 0.1) + 5 at ten points of [0, 1]; knee at 0.22. */
  @Test
  void findsThePublishedKnee() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      double x = i / 9.0;
      points.add(point("x" + i, Map.of("gain", -1 / (x + 0.1) + 5, "cost", x)));
    }

    assertEquals(
        "x2",
        knee(points, Objective.of(List.of("gain"), List.of("cost"), MetricCatalogue.STANDARD)));
  }

  @Test
  void measuresSizesByTheirRatio() {
    // By difference 100 would lie at 0.1 of the way and be the knee; by ratio 10 and 100 lie at 1/3
    // and 2/3, 0.17 and 0.23 above the chord.
    List<Point> points =
        List.of(
            point("1", 0, 1), point("10", 0.5, 10), point("100", 0.9, 100), point("1k", 1, 1000));

    assertEquals("100", knee(points, ACCURACY_BY_SIZE));
    assertEquals(
        "10",
        knee(
            List.of(points.get(0), point("10", 0.6, 10), points.get(2), points.get(3)),
            ACCURACY_BY_SIZE));
  }

  @Test
  void prefersTheSmallerOfTwo() {
    List<Point> points =
        List.of(
            point("1", 0, 1),
            point("10", 0.5, 10),
            point("100", 0.5 + 1 / 3.0, 100),
            point("1k", 1, 1000));

    assertEquals("10", knee(points, ACCURACY_BY_SIZE));
  }

  @Test
  void isTheMostAccurateWhereNothingBends() {
    assertEquals("a", knee(List.of(point("a", 0.5, 1)), ACCURACY_BY_SIZE));
    assertEquals("b", knee(List.of(point("a", 0.5, 1), point("b", 0.9, 2)), ACCURACY_BY_SIZE));
    List<Point> hollow = List.of(point("1", 0, 1), point("10", 0.1, 10), point("100", 1, 100));
    assertEquals("100", knee(hollow, ACCURACY_BY_SIZE));
    List<Point> straight = List.of(point("1", 0, 1), point("10", 0.5, 10), point("100", 1, 100));
    assertEquals("100", knee(straight, ACCURACY_BY_SIZE));
  }

  @Test
  void looksAtFinitePointsOnly() {
    List<Point> points = List.of(point("none", 0.1, 0), point("a", 0.5, 1), point("b", 0.9, 2));

    assertEquals("b", knee(points, ACCURACY_BY_SIZE));
    assertNull(knee(List.of(), ACCURACY_BY_SIZE));
    assertNull(knee(List.of(point("none", 0.1, 0)), ACCURACY_BY_SIZE));
  }

  private static @Nullable String knee(List<Point> points, List<Objective> objectives) {
    Point knee = Knee.of(Front.of(points, objectives));
    return knee == null ? null : knee.name();
  }
}
