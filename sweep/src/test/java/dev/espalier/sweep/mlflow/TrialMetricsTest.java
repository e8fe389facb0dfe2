package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TrialMetricsTest {
  @Test
  void sizesInBytesHaveTheirLogarithmToo() {
    Map<String, Double> results =
        TrialMetrics.results(
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
        List.of(new CurvePoint("val/accuracy", 1, 0.1), new CurvePoint("train/loss", 1, 2));
    Set<String> keys =
        new TreeSet<>(
            TrialMetrics.results(new Metrics(many), List.of("zzz/latency"), curve).keySet());
    assertTrue(
        keys.containsAll(Set.of("zzz/latency", "val/accuracy", "size/compressed_bytes_log10")),
        keys.toString());
    keys.add("train/loss");
    assertEquals(30, keys.size());
  }

  @Test
  void aPathHasOneCurveByAbsoluteEpoch() {
    List<StageResult> path =
        List.of(
            Stages.done("a", Stages.epochs(1, 2, 3)),
            Stages.done("b", List.of()),
            Stages.done("c", Stages.epochs(1, 2)),
            Stages.done("d", List.of()));
    assertEquals(List.of(1, 2, 3, 4, 5), steps(TrialMetrics.curve(path, 0)));
    assertEquals(List.of(4, 5), steps(TrialMetrics.curve(path, 1)), "without the baseline");
  }

  @Test
  void aRunHasFourCurvesAtMost() {
    Map<String, Double> values = new HashMap<>();
    List.of("aaa", "val/loss", "val/accuracy", "train/loss", "train/learning_rate", "test/x")
        .forEach(name -> values.put(name, 1.0));
    List<StageResult> path = new ArrayList<>();
    path.add(Stages.done("a", List.of(Stages.epoch(1, values))));
    Set<String> names =
        TrialMetrics.curve(path, 0).stream().map(CurvePoint::metric).collect(Collectors.toSet());
    assertEquals(Set.of("val/accuracy", "val/loss", "train/loss", "train/learning_rate"), names);
    assertFalse(names.contains("aaa"));
  }

  private static List<Integer> steps(List<CurvePoint> curve) {
    return curve.stream()
        .filter(point -> point.metric().equals("train/loss"))
        .map(CurvePoint::step)
        .toList();
  }
}
