package dev.espalier.sweep.mlflow;

import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Results of stages that nobody ran. */
final class StageResults {
  static final LayerRow LAYER =
      new LayerRow(
          "conv,1", "conv", List.of(8, 3, 3, 3), true, 216, 54, 16, 1000, 250, "codebook", 77);

  private StageResults() {}

  /** The id of the stage that a test calls {@code name}. */
  static StageId id(String name) {
    return new StageId(StageId.sha256(name.getBytes(StandardCharsets.UTF_8)));
  }

  /** A stage of 10 seconds with an accuracy of 0.5 in 1,000 bytes. */
  static StageResult.Done done(String name, List<EpochMetrics> curve) {
    return new StageResult.Done(
        id(name),
        new Metrics(Map.of("val/accuracy", 0.5, "size/compressed_bytes", 1000.0)),
        curve,
        List.of(LAYER),
        Map.of(),
        Map.of(),
        new Environment("onednn", "avx2", "natives", "17"),
        10);
  }

  static List<EpochMetrics> epochs(int... epochs) {
    return Arrays.stream(epochs)
        .mapToObj(epoch -> epoch(epoch, Map.of("train/loss", 1.0 / epoch, "val/accuracy", 0.1)))
        .toList();
  }

  static EpochMetrics epoch(int epoch, Map<String, Double> values) {
    return new EpochMetrics(epoch, new Metrics(values));
  }
}
