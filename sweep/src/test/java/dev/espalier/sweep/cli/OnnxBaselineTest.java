package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code baseline: {from: ...}} with files of PyTorch, as a newcomer meets it. */
class OnnxBaselineTest {
  private static final Path GOLDEN =
      Path.of("../workers/src/test/resources/dev/espalier/workers/onnx/reader/golden");

  private static final String TINY = "- prune: {unit: filter, sparsity: 0.5}";

  @TempDir Path folder;
  private Path model = Path.of("");
  private Path config = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void names() {
    model = folder.resolve("mine"); // The content says what it is.
    config = folder.resolve("own.yaml");
    out = folder.resolve("out");
  }

  @Test
  void plansSayThatFoldedBatchNormIsGone() throws IOException {
    take("view-opset11-free-folded.onnx");
    Said said = espalier("plan", TINY);
    assertEquals(Main.DONE, said.code(), said.err());
    List<String> lines = said.out().lines().toList();
    assertTrue(
        lines.contains(
            "batch norm: mine has none; where its exporter folded it into the convolutions, the"
                + " network trains without (PyTorch keeps it with"
                + " training=torch.onnx.TrainingMode.PRESERVE)"),
        said.out());
    assertTrue(
        lines.contains(
            "input: the network reads (pixel / 255 - mean) / deviation, mean 0.49, 0.48, 0.45 and"
                + " deviation 0.25, 0.24, 0.26"),
        said.out());
    take("view-opset11-fixed-preserved.onnx");
    assertFalse(espalier("plan", TINY).out().contains("batch norm"));
  }

  @Test
  void refusesToPruneByABatchNormThatIsFolded() throws IOException {
    take("resnet18-opset16-free-folded.onnx");
    String step = "- prune: {unit: filter, sparsity: 0.5, criterion: batch-norm}";
    Said said = espalier("plan", step);
    assertEquals(
        config
            + ":7: pipelines.one[0].prune: criterion: must be used with a network with batch norm for"
            + " batch-norm, found none (mine)\n",
        said.err());
    assertEquals(2, said.code());
    take("resnet18-opset16-fixed-preserved.onnx");
    assertEquals(Main.DONE, espalier("plan", step).code());
  }

  @Test
  void refusesADamagedFileBeforeAnythingIsWritten() throws IOException {
    byte[] whole = Files.readAllBytes(GOLDEN.resolve("view-opset9-fixed-folded.onnx"));
    Files.write(model, Arrays.copyOf(whole, whole.length / 2));
    Said said = espalier("run", TINY);
    assertEquals(2, said.code());
    assertEquals(
        "%s:3: baseline.from: %s: must be a whole ONNX file, found: %s\n"
            .formatted(
                config,
                model,
                "While parsing a protocol message, the input ended unexpectedly in the middle of a"
                    + " field"),
        said.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void refusesANetworkForOtherImages() throws IOException {
    take("mobilenetv2-opset9-free-preserved.onnx");
    Said said = Said.by("plan", config(TINY), "--out", out, "--set", "dataset.size=28");
    assertEquals(
        "%s:3: baseline.from: %s: the input must be images of the data, [batch, 3, 28, 28] or [batch, 28, 28, 3], found [batch, 3, 32, 32]\n"
            .formatted(config, model),
        said.err());
  }

  @Test
  @Tag("slow")
  void losesFiltersAndIsClusteredQuantizedAndExported() throws IOException {
    for (String file :
        List.of("resnet18-opset13-free-preserved.onnx", "view-opset13-fixed-folded.onnx")) {
      out = folder.resolve(file);
      take(file);
      Said run =
          espalier(
              "run",
              "- prune: {unit: filter, sparsity: 0.5, scope: layerwise}",
              "- fine-tune: {epochs: 1}",
              "- cluster: {centroids: 8}",
              "- quantize: [none, int8]");
      assertEquals(Main.DONE, run.code(), run.out() + run.err());
      assertEquals(2, TinySweep.results(out).size());
      Said verify = Said.by("verify", out, "--trials", 9);
      assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
      assertEquals(
          2, verify.out().lines().filter(line -> line.startsWith("equal ")).count(), verify.out());
      Path export = folder.resolve("export-" + file);
      Said pick = Said.by("pick", out, "--max-bytes", 10_000_000, "--export", export);
      assertEquals(Main.DONE, pick.code(), pick.out() + pick.err());
      assertTrue(Files.exists(export.resolve("model.tflite")), pick.out());
      assertTrue(Files.exists(export.resolve("model.onnx")), pick.out());
    }
  }

  private void take(String golden) throws IOException {
    Files.write(model, Files.readAllBytes(GOLDEN.resolve(golden)));
  }

  private Said espalier(String command, String... steps) throws IOException {
    config(steps);
    return command.equals("run")
        ? Said.by(command, config, "--out", out, "--tracking-uri", "none")
        : Said.by(command, config, "--out", out);
  }

  private Path config(String... steps) throws IOException {
    return Files.writeString(
        config,
        """
        name: own
        dataset: {name: shapes, train: 64, validation: 32, size: 32}
        baseline: {from: %s, batch: 32}
        fine-tune: {learning-rate: 0.001}
        pipelines:
          one:
            %s
        """
            .formatted(model, String.join("\n    ", steps)));
  }
}
