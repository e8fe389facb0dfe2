package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way to prune and to cluster goes through a real sweep, resuming and verification. */
@Tag("slow")
class MethodsTest {
  private static final String CONFIG =
      """
      name: methods
      dataset: {name: shapes, size: 12, train: 256, validation: 64}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 2, batch: 32, learning-rate: {schedule: cosine, initial: 0.02}}
      fine-tune: {learning-rate: 0.01}
      pipelines:
        filters:
          - prune: {unit: filter, sparsity: 0.5, criterion: [l1, l2, random, batch-norm], scope: [flat, layerwise]}
        seen-filters:
          - prune: {unit: filter, sparsity: 0.5, criterion: activation, images: 50, scope: layerwise}
          - recalibrate: {images: 100}
          - fine-tune: {epochs: 1}
        narrow-and-sparse:
          - prune: {unit: filter, sparsity: 0.25, scope: layerwise, exclude-layers: stem.conv}
          - prune: {sparsity: 0.5, criterion: random, rounding: keep-half-even}
          - fine-tune: {epochs: 1, learning-rate: rewind}
          - cluster: {centroids: 4, init: [optimal, density, kmeans++]}
          - fine-tune: {epochs: 1}
        rounds:
          - prune: {sparsity: 0.8, schedule: iterative, rounds: 2, epochs: 1, layers: ["stage*", head]}
        gradual:
          - prune: {sparsity: 0.8, schedule: polynomial, from: 0.5, epochs: 2}
        below:
          - prune: {threshold: 0.05}
          - cluster: {centroids: 8, init: linear, lloyd: 5}
      """;

  @TempDir private Path folder = Path.of("");

  private Path config() throws IOException {
    return Files.writeString(folder.resolve("methods.yaml"), CONFIG);
  }

  @Test
  void runOnceAreResumedWithoutAStageAndEndInTheSameBitsAgain() throws IOException {
    Path out = folder.resolve("out");
    Said run = Said.by("run", config(), "--out", out, "--tracking-uri", "none");
    assertEquals(Main.DONE, run.code(), run.out() + run.err());
    Map<String, JsonNode> trials =
        TinySweep.results(out).stream()
            .collect(
                Collectors.toMap(
                    trial -> trial.get("name").asText().replaceAll("resnet18-w0.0625-|-seed1", ""),
                    Function.identity()));
    assertEquals(8 + 1 + 3 + 1 + 1 + 1, trials.size(), trials.keySet().toString());

    Said again = Said.by("run", config(), "--out", out, "--tracking-uri", "none");
    assertTrue(again.out().contains("Nothing to run"), again.out());
    Said verify = Said.by("verify", out, "--trials", 99);
    assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
    assertEquals(15, verify.out().lines().filter(line -> line.startsWith("equal ")).count());

    JsonNode narrow = metrics(trials, "f0.5-layerwise-l2-ft0");
    JsonNode wide = metrics(trials, "s0.8-flat-poly2-from0.5-ft0");
    assertTrue(narrow.get("params/total").asInt() < 0.4 * wide.get("params/total").asInt());
    assertTrue(narrow.get("macs/dense").asInt() < 0.5 * wide.get("macs/dense").asInt());
    assertEquals(
        wide.get("size/dense_bytes").asInt(),
        narrow.get("size/dense_bytes").asInt(),
        "both are held against the baseline");
    assertEquals(0.8, wide.get("sparsity/achieved").asDouble(), 1e-3);
  }

  private static JsonNode metrics(Map<String, JsonNode> trials, String name) {
    assertTrue(trials.containsKey(name), () -> name + " is not among " + trials.keySet());
    return Objects.requireNonNull(trials.get(name)).get("metrics");
  }
}
