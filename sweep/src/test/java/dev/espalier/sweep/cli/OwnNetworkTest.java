package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.dl4j.NetworkInput;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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
  void plansTrialsNamedAfterTheFile() throws Exception {
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
            + ": must be a Deeplearning4j ComputationGraph saved by ModelSerializer, or an ONNX file,"
            + " found neither");
    Files.delete(model);
    assertRefused(command, model + ": must be a file, found nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "run"})
  void refusesANetworkForOtherImagesOrClasses(String command) throws Exception {
    save(12, 3, 7);
    assertRefused(command, model + ": must have 10 classes, as the data has, found 7");
    save(12, 1, 10);
    assertRefused(command, model + ": must read images of 12x12x3, found ");
    save(16, 3, 10);
    assertRefused(command, model + ": must read images of 12x12x3, found ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "run"})
  void refusesALayerToLeaveAloneThatTheNetworkDoesNotHave(String command) throws Exception {
    save(12, 3, 10);
    Said said = espalier(command, "prune: {exclude-layers: [convv, out]}");
    assertEquals(2, said.code(), said.err());
    String problem =
        "exclude-layers: must match a layer with a kernel, found convv; layers are conv, out";
    assertEquals(
        "%s:7: prune.%s\n%s: cluster.%s\n".formatted(config, problem, config, problem), said.err());
    assertEquals(0, espalier("plan", "prune: {exclude-layers: [con*, out]}").code());
  }

  @Test
  @Tag("slow")
  void saysHowTheNetworkReadsItsImages() throws Exception {
    save(12, 3, 10);
    String start = "input: the network reads (pixel / 255 - mean) / deviation, ";
    String data = start + "mean and deviation of the training images\n";
    String given = start + "mean 0.5, 0.5, 0.5 and deviation 0.25, 0.5, 1.0\n";
    assertTrue(espalier("plan").out().contains(data));
    config("input: {mean: 0.5, deviation: [0.25, 0.5, 1]}");
    assertTrue(planned().contains(given));
    NetworkInput.attach(model, shapes().normalization(), List.of());
    assertTrue(espalier("plan").out().contains(data), "what the file says is what was done before");
    Normalization other =
        new Normalization(
            List.of(new Channel(0.5, 0.25), new Channel(0.5, 0.5), new Channel(0.5, 1)));
    NetworkInput.attach(model, other, shapes().classNames());
    assertTrue(espalier("plan").out().contains(given));
    config("input: data");
    assertTrue(planned().contains(data));
    config("input: {mean: [0.5, 0.5], deviation: [1, 1, 1]}");
    assertEquals(
        config
            + ":3: baseline.input.mean: must have one number, or one for each of the 3 channels of"
            + " the data, found 2\n",
        said("plan").err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "run"})
  void refusesANetworkThatWasTrainedOnOtherClasses(String command) throws Exception {
    save(12, 3, 10);
    List<String> labels = new ArrayList<>(shapes().classNames());
    Collections.swap(labels, 3, 7);
    NetworkInput.attach(model, shapes().normalization(), labels);
    assertRefused(
        command,
        model
            + ": was trained on classes that must be those of the data, in their order, class 3"
            + " being "
            + labels.get(7)
            + ", found "
            + labels.get(3)
            + "; rename the classes, take the labels out of the file, or begin every pipeline with replace-head");
  }

  @Test
  void runsNoJavaDeserialization() throws Exception {
    save(12, 3, 10);
    byte[] aSerializedText = {(byte) 0xac, (byte) 0xed, 0, 5, 0x74, 0, 1, 'x'};
    try (FileSystem zip = FileSystems.newFileSystem(model)) {
      Files.write(zip.getPath("preprocessor.bin"), aSerializedText);
    }
    assertEquals(0, espalier("plan").code());
  }

  private static Dataset shapes() {
    try {
      return Datasets.load(new DataSource("shapes", null, 64, 32, 12), null);
    } catch (DataException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertRefused(String command, String problem) throws IOException {
    Said said = espalier(command);
    assertEquals(2, said.code(), said.err());
    assertTrue(said.err().startsWith(config + ":3: baseline.from: " + problem), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
    assertFalse(Files.exists(out));
  }

  private Said espalier(String command, String... more) throws IOException {
    config("augment: {}", more);
    return said(command);
  }

  private String planned() {
    Said said = said("plan");
    assertEquals(0, said.code(), said.err());
    return said.out();
  }

  private Said said(String command) {
    return command.equals("run")
        ? Said.by(command, config, "--out", out, "--tracking-uri", "none")
        : Said.by(command, config, "--out", out);
  }

  private void config(String baseline, String... more) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("name: own");
    lines.add("dataset: {name: shapes, train: 64, validation: 32, size: 12}");
    lines.add("baseline: {from: " + model + ", batch: 32, " + baseline + "}");
    lines.add("fine-tune: {learning-rate: 0.01}");
    lines.add("grid: {sparsity: [0.5, 0.8], scope: [flat], fine-tune-epochs: [1]}");
    lines.add("objectives: {maximize: [val/accuracy], minimize: [size/compressed_bytes]}");
    lines.addAll(List.of(more));
    Files.write(config, lines);
  }

  /** A network that reads images of {@code size} x {@code size} pixels and flattens them. */
  private void save(int size, int channels, int classes) throws Exception {
    Network network =
        new Network(
            size,
            size,
            channels,
            List.of(
                new Layer.Convolution(
                    "conv", "input", channels, 4, 3, 1, 1, true, Layer.Activation.RELU),
                Pool.max("pool", "conv", 2),
                new Layer.Output("out", "pool", size * size, classes)));
    try (TrainableNetwork own = TrainableNetwork.of(network, Initialization.of(network, 1))) {
      own.save(model);
    }
  }
}
