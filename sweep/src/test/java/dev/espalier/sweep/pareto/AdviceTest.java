package dev.espalier.sweep.pareto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdviceTest {
  private static final Point DENSE = Points.trial("net", "0.0", "none", 900, 1000);
  private static final Point MIDDLE = Points.trial("net", "0.8", "none", 891, 300);
  private static final Point SMALL = Points.trial("net", "0.9", "none", 880, 100);

  @Test
  void takesTheSmallestCloseToTheDenseNetworkAndSaysHowSureThatIs() {
    Advice advice = advice(List.of(DENSE, MIDDLE, SMALL));
    assertEquals(MIDDLE, advice.picked());
    assertEquals("--within 0.01", advice.option());
    assertEquals(
        """
        take: 2, net-s0.8-knone, 300 B at 0.8910
        why: the smallest within 0.01 of the dense network's validation accuracy
        not sure: it loses 0.0090 ± 0.0060, so by chance it might be 0.0150
        """,
        text(advice, Map.of(MIDDLE.trial(), 2)));
  }

  /** The small network loses nothing, and is not worth having for that. */
  @Test
  void severalNetworksAreHeldAgainstTheBestOfThem() {
    Point poor = Points.trial("poor", "0.0", "none", 600, 50);
    Point poorer = Points.trial("poor", "0.5", "none", 599, 20);
    Advice advice = advice(List.of(poor, poorer, DENSE, MIDDLE, SMALL));
    assertEquals(MIDDLE, advice.picked());
    assertEquals("--min-accuracy 0.8900", advice.option());
    assertTrue(
        text(advice, Map.of())
            .contains(
                "why: the smallest with at least 0.89 validation accuracy, 0.01 below the best dense network\n"));
  }

  @Test
  void ofSeveralSeedsItTakesTheMostAccurate() {
    Point second = seed(Points.trial("net", "0.8", "none", 895, 300), "2");
    List<Point> points =
        Repetitions.merged(
            List.of(DENSE, seed(DENSE, "2"), MIDDLE, second, SMALL, seed(SMALL, "2")));
    Advice advice = advice(points);
    assertEquals(2, advice.picked().trials().size());
    assertEquals(second, advice.trial());
    assertTrue(
        text(advice, Map.of(second.trial(), 9))
            .startsWith("take: 9, net-s0.8-knone-seed2, 300 B at 0.8950\n"));
    assertTrue(text(advice, Map.of()).contains("\n     of its 2 seeds the most accurate\n"));
  }

  @Test
  void withoutADenseNetworkItIsTheKneeAndWithoutATrialNothing() {
    Advice advice = advice(List.of(MIDDLE, SMALL));
    assertEquals("--knee", advice.option());
    assertEquals(Optional.empty(), Advice.of(List.of()));
  }

  private static Advice advice(List<Point> points) {
    return Advice.of(points).orElseThrow();
  }

  private static String text(Advice advice, Map<String, Integer> numbers) {
    StringBuilder text = new StringBuilder();
    advice.lines(numbers).forEach(line -> text.append(line.text()).append('\n'));
    return text.toString();
  }

  private static Point seed(Point point, String seed) {
    Map<String, String> parameters = new TreeMap<>(point.parameters());
    parameters.put("seed", seed);
    return new Point(
        point.trial() + seed,
        point.name() + "-seed" + seed,
        parameters,
        point.lineage(),
        point.metrics(),
        point.correct());
  }
}
