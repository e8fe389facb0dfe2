package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code model: {layers: [...]}} as its users meet it. */
class LayerListSweepTest {
  private static final String CONFIG =
      """
      name: lists
      dataset: {name: shapes, size: 12, train: 256, validation: 64}
      model:
        - {name: cnn, layers: [conv 4 3 stride 2, conv 8 3, max-pool 2, dense 16], width: 0.5}
        - {name: fc, layers: [dense 16 relu6, dense 8]}
        - name: separable
          layers:
            - conv 4 3 batch-norm
            - depthwise 3 stride 2 batch-norm relu6
            - conv 8 1 no-bias linear
            - global-average-pool
      baseline: {epochs: 1, batch: 32, learning-rate: 0.02}
      pipelines:
        weights:
          - prune: {sparsity: 0.5, layers: ["conv*", "dense?"], exclude-layers: head}
          - fine-tune: {epochs: 1}
          - cluster: {centroids: 8}
          - quantize: int8
        filters:
          - prune: {unit: filter, sparsity: 0.5}
          - fine-tune: {epochs: 1}
          - quantize: int8
      exclude: {architecture: fc, unit: filter}
      """;

  @TempDir private Path folder = Path.of("");

  private Path config() throws IOException {
    return Files.writeString(folder.resolve("lists.yaml"), CONFIG);
  }

  @Test
  @Tag("slow")
  void goesThroughEveryKindOfStepIsResumedVerifiedAndExported() throws IOException {
    Path out = folder.resolve("out");
    Said run = Said.by("run", config(), "--out", out, "--tracking-uri", "none");
    assertEquals(Main.DONE, run.code(), run.out() + run.err());
    Set<String> models = new TreeSet<>();
    for (JsonNode line : TinySweep.results(out)) {
      assertEquals("completed", line.path("status").asText(), line::toString);
      models.add(
          line.path("parameters").path("model").asText()
              + line.path("parameters").path("width").asText());
    }
    assertEquals(Set.of("cnn0.5", "fc1", "separable1"), models);
    Said again = Said.by("run", config(), "--out", out, "--tracking-uri", "none");
    assertTrue(again.out().contains("0 left"), again.out());
    Said verify = Said.by("verify", out, "--trials", 2, "--seed", 1);
    assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
    Path model = folder.resolve("model");
    Said pick = Said.by("pick", out, "--min-accuracy", "0.01", "--export", model);
    assertEquals(Main.DONE, pick.code(), pick.err());
    assertTrue(Files.size(model.resolve("model.tflite")) > 0);
  }

  @Test
  void isCountedWithoutAConfig() {
    Said said = Said.by("models", "--layers", "conv 16 3, max-pool 2, dense 64", "--width", "1,2");
    assertEquals(Main.DONE, said.code(), said.err());
    // 27 x 16 + 16, 16^3 x 64 + 64, 64 x 10 + 10; and twice as wide.
    assertEquals(
        """
        model         width   parameters           MACs
        layers            1      263,306        705,152
        layers            2    1,050,890      1,934,592
        """,
        said.out().substring(0, said.out().indexOf("For images")));
    assertEquals(
        "espalier models: model.layers[1]: must be max-pool SIZE [stride N], found max-pool;"
            + " espalier models --help lists commands and options\n",
        Said.by("models", "--layers", "conv 16 3, max-pool").err());
  }
}
