package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.outcomes;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.seed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepetitionsTest {

  @Test
  void trialsThatDifferInTheirSeedAloneAreOneConfiguration() {
    Point second = seed("a", 2, outcomes(0, 82, 100), 12);
    Point first = seed("a", 1, outcomes(0, 80, 100), 10);
    Point third = seed("a", 10, outcomes(0, 81, 100), 11);
    Point other = seed("b", 1, outcomes(0, 70, 100), 5);

    List<Point> merged = Repetitions.merged(List.of(second, other, third, first));

    assertEquals(2, merged.size());
    Point mean = merged.get(0);
    assertEquals("a", mean.name());
    assertEquals(first.trial(), mean.trial());
    assertEquals(Map.of("method", "a"), mean.parameters());
    assertEquals(List.of(first, second, third), mean.trials());
    assertEquals(0.81, mean.metrics().get("val/accuracy"));
    assertEquals(11, mean.metrics().get("size/compressed_bytes"));
    assertEquals(other, merged.get(1), "one trial stays itself, its seed in its name");
    assertEquals(List.of(other), other.trials());
  }

  @Test
  void metricsThatOneTrialMissesAreMissing() {
    Point whole =
        new Point(
            "1",
            "a-seed1",
            Map.of("seed", "1"),
            Lineage.UNKNOWN,
            metrics(Map.of("x", 1.0, "y", 2.0)),
            null);
    Point half =
        new Point(
            "2", "a-seed2", Map.of("seed", "2"), Lineage.UNKNOWN, metrics(Map.of("x", 2.0)), null);

    assertEquals(
        Map.of("x", 1.5), Repetitions.merged(List.of(whole, half)).get(0).metrics().values());
  }

  @Test
  void equalMeansAreEqualInWhateverOrderTheyWereAdded() {
    Point a = mean("a", 0.8, 0.82, 0.83);
    Point b = mean("b", 0.83, 0.8, 0.82);
    Point c = mean("c", 0.81, 0.81, 0.83);

    assertEquals(a.metrics(), b.metrics());
    assertEquals(a.metrics(), c.metrics());
  }

  @Test
  void trialsWithoutASeedOrWithOtherNamesStayApart() {
    List<Point> points =
        List.of(
            point("a", 0.5, 1),
            point("b", 0.5, 1),
            new Point("c", "c", Map.of("seed", "1"), Lineage.UNKNOWN, Metrics.NONE, null),
            new Point("d", "d", Map.of("seed", "2"), Lineage.UNKNOWN, Metrics.NONE, null));

    assertEquals(points, Repetitions.merged(points));
  }

  @Test
  void aMeanIsOfTwoTrialsAtLeastAndOfNoMeans() {
    Point trial = point("a", 0.5, 1);
    assertThrows(IllegalArgumentException.class, () -> of(trial));
    Point mean = of(trial, trial);
    assertThrows(IllegalArgumentException.class, () -> of(trial, mean));
  }

  private static Point of(Point... trials) {
    return new Point("id", "name", Map.of(), Lineage.UNKNOWN, Metrics.NONE, null, List.of(trials));
  }

  private static Point mean(String name, double... accuracies) {
    List<Point> trials = new ArrayList<>();
    for (int seed = 0; seed < accuracies.length; seed++) {
      trials.add(
          new Point(
              name + seed,
              name + "-seed" + seed,
              Map.of("seed", "" + seed),
              Lineage.UNKNOWN,
              metrics(Map.of("val/accuracy", accuracies[seed])),
              null));
    }
    return Repetitions.merged(trials).get(0);
  }

  private static Metrics metrics(Map<String, Double> values) {
    return new Metrics(values);
  }
}
