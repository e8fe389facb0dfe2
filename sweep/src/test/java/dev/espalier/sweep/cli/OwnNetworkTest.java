package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code baseline: {from: ...}} as a newcomer meets it. */
class OwnNetworkTest {
  @TempDir Path folder;
  private Path model = Path.of("");
  private Path config = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void names() {
    model = folder.resolve("mine.zip");
    config = folder.resolve("own.yaml");
    out = folder.resolve("out");
  }

  @Test
  void plansTrialsNamedAfterTheFile() throws IOException {
    save(12, 3, 10);
    Said said = espalier("plan");
    assertEquals(0, said.code(), said.err());
    assertTrue(said.out().contains("trials: 2"), said.out());
    assertTrue(said.out().contains("1 load"), said.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "run"})
  void refusesAWrongFileBeforeAnythingIsWritten(String command) throws IOException {
    Files.writeString(model, "not a network");
    assertRefused(
        command,
        model
            + ": must be a Deeplearning4j ComputationGraph saved by ModelSerializer, found no zip");
    Files.delete(model);
    assertRefused(command, model + ": must be a file, found nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "run"})
  void refusesANetworkForOtherImagesOrClasses(String command) throws IOException {
    save(12, 3, 7);
    assertRefused(command, model + ": must tell 10 classes apart, as the data has, found 7");
    save(12, 1, 10);
    assertRefused(command, model + ": must read images of 12x12x3, found ");
    save(16, 3, 10);
    assertRefused(command, model + ": must read images of 12x12x3, found ");
  }

  private void assertRefused(String command, String problem) throws IOException {
    Said said = espalier(command);
    assertEquals(2, said.code(), said.err());
    assertTrue(said.err().startsWith(config + ": baseline.from: " + problem), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
    assertFalse(Files.exists(out));
  }

  private record Said(int code, String out, String err) {}

  private Said espalier(String command) throws IOException {
    Files.write(
        config,
        List.of(
            "name: own",
            "dataset: {name: shapes, train: 64, validation: 32, size: 12}",
            "baseline: {from: " + model + ", batch: 32}",
            "fine-tune: {learning-rate: 0.01}",
            "grid: {sparsity: [0.5, 0.8], scope: [flat], fine-tune-epochs: [1]}",
            "objectives: {maximize: [val/accuracy], minimize: [size/compressed_bytes]}"));
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(output),
            new PrintWriter(errors),
            command,
            config.toString(),
            "--out",
            out.toString());
    return new Said(code, output.toString(), errors.toString());
  }

  /** A network that reads images of {@code size} x {@code size} pixels and flattens them. */
  private void save(int size, int channels, int classes) {
    Network network =
        new Network(
            size,
            size,
            channels,
            List.of(
                new Layer.Convolution(
                    "conv", "input", channels, 4, 3, 1, 1, true, Layer.Activation.RELU),
                new Layer.MaxPool("pool", "conv", 2),
                new Layer.Output("out", "pool", size * size, classes)));
    try (TrainableNetwork own = TrainableNetwork.of(network, Initialization.of(network, 1))) {
      own.save(model);
    }
  }
}
