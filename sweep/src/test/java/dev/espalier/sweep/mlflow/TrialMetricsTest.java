package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TrialMetricsTest {
  private static final TrialMetrics TRIALS = new TrialMetrics(MetricCatalogue.STANDARD);

  @Test
  void sizesInBytesHaveTheirLogarithmToo() {
    Map<String, Double> results =
        TRIALS.results(
            new Metrics(
                Map.of("size/compressed_bytes", 1000.0, "size/ratio", 4.0, "val/loss", 2.0)),
            List.of(),
            List.of());
    assertEquals(
        Map.of(
            "size/compressed_bytes",
            1000.0,
            "size/compressed_bytes_log10",
            3.0,
            "size/ratio",
            4.0,
            "val/loss",
            2.0),
        results);
  }

  @Test
  void aRunHasThirtyMetricsAtMostAndTheObjectivesAreAmongThem() {
    Map<String, Double> many = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      many.put("aaa/" + i, 1.0);
    }
    many.putAll(Map.of("val/accuracy", 0.5, "zzz/latency", 3.0, "size/compressed_bytes", 100.0));
    List<CurvePoint> curve =
        List.of(new CurvePoint("val/accuracy", 1, 0.1, 1), new CurvePoint("train/loss", 1, 2, 1));
    Set<String> keys =
        new TreeSet<>(TRIALS.results(new Metrics(many), List.of("zzz/latency"), curve).keySet());
    assertTrue(
        keys.containsAll(Set.of("zzz/latency", "val/accuracy", "size/compressed_bytes_log10")),
        keys.toString());
    keys.add("train/loss");
    assertEquals(30, keys.size());
  }

  /** A row of the encodings' table is worth less on MLflow's page than an accuracy. */
  @Test
  void ofAllMetricsOfAnInt8TrialOnlyEncodingsAreLeftOut() {
    Map<String, Double> all = new HashMap<>();
    MetricCatalogue.STANDARD.measured(Metric.Moment.STAGE).forEach(m -> all.put(m.name(), 8.0));
    Set<String> sent =
        TRIALS
            .results(new Metrics(all), List.of("val/accuracy", "macs/nonzero"), List.of())
            .keySet();
    assertEquals(30, sent.size());
    all.keySet().removeAll(sent);
    assertFalse(all.isEmpty());
    for (String left : all.keySet()) {
      assertTrue(left.startsWith("size/") && left.endsWith("_bytes"), left);
    }
    assertTrue(sent.contains("size/compressed_bytes_log10"), sent.toString());
    assertTrue(sent.contains("size/dense_bytes"), sent.toString());
  }

  /** Training of 3 epochs, pruning, fine-tuning of 2 and clustering, of 10 seconds each. */
  private static final List<StageResult> PATH =
      List.of(
          StageResults.done("a", StageResults.epochs(1, 2, 3)),
          StageResults.done("b", List.of()),
          StageResults.done("c", StageResults.epochs(1, 2)),
          StageResults.done("d", List.of()));

  @Test
  void aPathHasOneCurveInWhichEveryEpochAndEveryTransformIsAStep() {
    List<CurvePoint> curve = TRIALS.curve(PATH, 0, 0, 40);
    assertEquals(List.of(1, 2, 3, 5, 6), steps(curve, "train/loss"));
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7), steps(curve, "val/accuracy"));
    assertEquals(List.of(5, 6), steps(TRIALS.curve(PATH, 1, 0, 40), "train/loss"));
  }

  /** A chart by step would draw two values at one step as a vertical line. */
  @Test
  void noStepOfACurveHasTwoValues() {
    List<CurvePoint> accuracy =
        TRIALS.curve(PATH, 0, 0, 40).stream()
            .filter(point -> point.metric().equals("val/accuracy"))
            .toList();
    assertEquals(accuracy.size(), accuracy.stream().map(CurvePoint::step).distinct().count());
    assertEquals(0.1, accuracy.get(2).value(), "the last epoch of the baseline");
    assertEquals(0.5, accuracy.get(3).value(), "what pruning left");
    assertEquals(0.5, accuracy.get(6).value(), "the result");
  }

  @Test
  void pointsLieWhereTheirStagesSpentTheirTime() {
    assertEquals(
        List.of(3_333L, 6_667L, 10_000L, 20_000L, 25_000L, 30_000L, 40_000L),
        times(TRIALS.curve(PATH, 0, 0, 40)));
    assertEquals(
        List.of(8_333L, 11_667L, 15_000L, 25_000L, 35_000L, 45_000L, 55_000L),
        times(TRIALS.curve(PATH, 0, 5_000, 50)),
        "the fine-tuning went on from 10 seconds of another one");
  }

  @Test
  void aRunHasFourCurvesAtMost() {
    Map<String, Double> values = new HashMap<>();
    List.of("aaa", "val/loss", "val/accuracy", "train/loss", "train/learning_rate", "test/x")
        .forEach(name -> values.put(name, 1.0));
    List<StageResult> path = new ArrayList<>();
    path.add(StageResults.done("a", List.of(StageResults.epoch(1, values))));
    Set<String> names =
        TRIALS.curve(path, 0, 0, 10).stream().map(CurvePoint::metric).collect(Collectors.toSet());
    assertEquals(Set.of("val/accuracy", "val/loss", "train/loss", "train/learning_rate"), names);
    assertFalse(names.contains("aaa"));
  }

  private static List<Integer> steps(List<CurvePoint> curve, String metric) {
    return curve.stream()
        .filter(point -> point.metric().equals(metric))
        .map(CurvePoint::step)
        .toList();
  }

  private static List<Long> times(List<CurvePoint> curve) {
    return curve.stream()
        .filter(point -> point.metric().equals("val/accuracy"))
        .map(CurvePoint::timeMillis)
        .toList();
  }
}
