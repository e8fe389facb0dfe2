package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.workers.dl4j.NetworkInput;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of three classes that is given a head for the ten classes of shapes. */
class TransferTest {
  private static final String TRANSFER =
      """
      pipelines:
        head:
          - replace-head: {layers: dense 16}
          - fine-tune: {epochs: 2, learning-rate: 0.05}
          - prune: {sparsity: [0, 0.5], layers: head}
          - fine-tune: {epochs: 1}
      """;

  private static final Network NETWORK =
      new Network(
          12,
          12,
          3,
          List.of(
              new Layer.Convolution("conv", "input", 3, 8, 3, 1, 1, true, Layer.Activation.RELU),
              Pool.max("pool", "conv", 4),
              new Layer.Output("out", "pool", 72, 3)));

  @TempDir private Path folder = Path.of("");
  private Path model = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void save() throws Exception {
    model = folder.resolve("three.zip");
    out = folder.resolve("out");
    try (TrainableNetwork own = TrainableNetwork.of(NETWORK, Initialization.of(NETWORK, 1))) {
      own.save(model);
    }
    NetworkInput.attach(
        model,
        new Normalization(Collections.nCopies(3, new Channel(0.5, 0.25))),
        List.of("a", "b", "c"));
  }

  private Path config(String steps) throws Exception {
    return Files.writeString(
        folder.resolve("transfer.yaml"),
        """
        name: transfer
        dataset: {name: shapes, size: 12, train: 256, validation: 128}
        baseline: {from: "%s", batch: 32}
        %s
        """
            .formatted(model, steps));
  }

  private Said run(String command, String steps) throws Exception {
    return command.equals("run")
        ? Said.by(command, config(steps), "--out", out, "--tracking-uri", "none")
        : Said.by(command, config(steps), "--out", out);
  }

  @Test
  void planSaysWhatTheNetworkReadsAndThatItsClassesAreOthers() throws Exception {
    Said said = run("plan", TRANSFER);
    assertEquals(Main.DONE, said.code(), said.err());
    assertTrue(said.out().contains("1 load > 1 replace-head > 1 fine-tune"), said.out());
    assertTrue(
        said.out()
            .contains(
                "input: the network reads (pixel / 255 - mean) / deviation, mean 0.5, 0.5, 0.5 and"
                    + " deviation 0.25, 0.25, 0.25; it has 3 other classes, so its accuracy is not"
                    + " measured on this data\n"),
        said.out());
  }

  @Test
  void aNetworkFromOnnxIsGivenAHeadToo() throws Exception {
    List<Channel> channels = Collections.nCopies(3, new Channel(0.5, 0.25));
    WeightedNetwork weighted = new WeightedNetwork(NETWORK, Initialization.of(NETWORK, 1));
    byte[] onnx = OnnxModel.encode(weighted, channels, List.of("a", "b", "c"), Map.of());
    model = Files.write(folder.resolve("three.onnx"), onnx);
    Said said = run("plan", TRANSFER);
    assertEquals(Main.DONE, said.code(), said.err());
    assertTrue(
        said.out().contains("it has 3 other classes, so its accuracy is not measured"), said.out());
    Said refused = run("plan", "grid: {sparsity: 0.5}");
    assertTrue(
        refused.err().contains("must have 10 classes, as the data has, found 3"), refused.err());
  }

  @Test
  void aTrialWithoutANewHeadNeedsTheClassesOfTheData() throws Exception {
    for (String steps :
        List.of(
            TRANSFER.replace("{layers: dense 16}", "[none, {layers: dense 16}]"),
            "pipelines: {late: [{prune: 0.5}, {replace-head: dense 8}]}",
            "grid: {sparsity: 0.5}")) {
      Said said = run("plan", steps);
      assertEquals(2, said.code());
      assertTrue(said.err().contains("must have 10 classes, as the data has, found 3"));
    }
  }

  @Test
  void layersOfTheNewHeadMayBeNamed() throws Exception {
    Said said = run("plan", TRANSFER.replace("layers: head", "layers: [classifier.dense1, con*]"));
    assertEquals(Main.DONE, said.code(), said.err());
    Said wrong = run("plan", TRANSFER.replace("layers: head", "layers: classifier.dense2"));
    assertEquals(
        folder.resolve("transfer.yaml")
            + ":8: pipelines.head[2].prune.layers: must match a layer with a kernel, found"
            + " classifier.dense2; layers are conv, out, classifier.dense1, classifier.output\n",
        wrong.err());
  }

  @Test
  @Tag("slow")
  void learnsIsPrunedPickedAndVerified() throws Exception {
    Said said = run("run", TRANSFER);
    assertEquals(Main.DONE, said.code(), said.out() + said.err());
    List<JsonNode> trials = TinySweep.results(out);
    assertEquals(2, trials.size());
    for (JsonNode trial : trials) {
      JsonNode metrics = trial.path("metrics");
      assertTrue(metrics.path("val/accuracy").asDouble() > 0, trial::toString);
      boolean pruned = trial.path("parameters").path("sparsity").asDouble() > 0;
      double weights = 72 * 16 + 16 * 10;
      assertEquals(pruned ? 0.5 : 0, metrics.path("sparsity/achieved").asDouble());
      assertEquals(
          pruned ? 0.5 * weights / (weights + 27 * 8) : 0,
          metrics.path("sparsity/model").asDouble(),
          1e-9);
    }
    Said pick = Said.by("pick", out, "--within", "0.9", "--export", folder.resolve("picked"));
    assertEquals(Main.DONE, pick.code(), pick.out() + pick.err());
    assertTrue(pick.out().contains("the dense network has other classes"), pick.out());
    assertTrue(Files.size(folder.resolve("picked/model.tflite")) > 0);
    for (String command : List.of("front", "report")) {
      Said after = Said.by(command, out);
      assertEquals(Main.DONE, after.code(), after.out() + after.err());
    }
    Said verify = Said.by("verify", out, "--trials", 1, "--seed", 1);
    assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
    Said again = run("run", TRANSFER);
    assertTrue(again.out().contains("0 left"), again.out());
  }
}
