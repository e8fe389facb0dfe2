package dev.espalier.workers.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.dl4j.NetworkInput;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.Lowering;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.measure.Evaluation;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.onnx.OnnxModel;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ModelExportTest {
  @TempDir private Path folder = Path.of("");
  private Path target = Path.of("");
  private Dataset data = shapes();

  @BeforeEach
  void names() {
    target = folder.resolve("below/model");
    data = shapes();
  }

  @Test
  void writesEveryFileWithItsBytesAndDigest() throws Exception {
    ModelExport export = exportOurs();
    assertEquals(
        List.of(
            "labels.txt",
            "microcontroller",
            "model-card.md",
            "model.esp",
            "model.onnx",
            "model.tflite",
            "model.zip"),
        names(target));
    assertEquals(
        List.of("main.cc", "model.tflite", "model_data.cc", "model_data.h"),
        names(target.resolve("microcontroller")));
    assertEquals(List.of("model"), names(folder.resolve("below")));
    for (ExportedFile file : export.files()) {
      byte[] content = Files.readAllBytes(target.resolve(file.name()));
      assertEquals(content.length, file.bytes());
      assertEquals(StageId.sha256(content), file.sha256());
    }
  }

  @Test
  void theZipHoldsWhatItTakesToNormalizeAnImage() throws Exception {
    exportOurs();
    Path zip = target.resolve("model.zip");
    assertEquals(data.normalization(), NetworkInput.normalization(zip, 3));
    assertEquals(data.classNames(), NetworkInput.labels(zip));
    try (ZipFile entries = new ZipFile(zip.toFile())) {
      assertEquals(
          Set.of("configuration.json", "coefficients.bin", "input.json"),
          entries.stream().map(ZipEntry::getName).collect(Collectors.toSet()));
    }
    try (TrainableNetwork again =
        TrainableNetwork.load(target.resolve("model.zip"), data.facts())) {
      assertEquals(data.facts().classes(), again.classes());
    }
  }

  @Test
  void theFileForPhonesNamesTheClasses() throws Exception {
    exportOurs();
    try (ZipFile zip = new ZipFile(target.resolve("model.tflite").toFile())) {
      byte[] labels = zip.getInputStream(zip.getEntry("labels.txt")).readAllBytes();
      assertArrayEquals(Files.readAllBytes(target.resolve("labels.txt")), labels);
    }
    String card = Files.readString(target.resolve("model-card.md"));
    assertTrue(card.contains("`image`, unsigned bytes [1, 12, 12, 3]"), card);
    assertTrue(card.contains("`probabilities`, [1, 10]: floats."), card);
  }

  @Test
  void aNetworkOfIntegersIsThereAsOnnxOfBothKinds() throws Exception {
    Network table = Networks.of(new Model("mnist-cnn", new BigDecimal("0.125")), data.facts());
    QuantizedNets nets = QuantizedNets.drawn(table, 2, 1);
    List<Tensor> tensors = nets.weighted().tensors();
    byte[] compressed =
        NetworkFile.encode(
            CompressedNetwork.encode(tensors, nets.precision().scales()),
            table,
            tensors,
            Map.of(),
            nets.precision());
    try (TrainableNetwork network = TrainableNetwork.of(table, tensors)) {
      String correct = Evaluation.of(network, data, Dataset.Split.TEST).correct();
      Origin origin = origin(network, Map.of("test", correct));
      ModelExport export = ModelExport.write(target, network, compressed, data, origin);
      assertNull(export.absent().tflite());
      assertTrue(names(target).containsAll(List.of("model.onnx", "model-int8.onnx")));
      IntegerNetwork integers =
          Lowering.of(nets.weighted(), nets.precision(), data.normalization().channels());
      byte[] expected =
          OnnxModel.encode(
              integers,
              data.classNames(),
              new TreeMap<>(Map.of("trial", "trial", "stage", "ab".repeat(32))));
      assertArrayEquals(expected, Files.readAllBytes(target.resolve("model-int8.onnx")));
    }
  }

  @Test
  void aNetworkThatNoTableExpressesHasNoOnnxAndTheCardSaysWhy() throws Exception {
    Path own = folder.resolve("own.zip");
    ModelSerializer.writeModel(own(), own.toFile(), false);
    try (TrainableNetwork network = TrainableNetwork.load(own, data.facts())) {
      ModelExport export = export(network);
      String why = "layer conv: the activation must be identity, relu or relu6, found tanh";
      assertEquals(why, export.absent().onnx());
      assertEquals(List.of("labels.txt", "model-card.md", "model.esp", "model.zip"), names(target));
      String card = Files.readString(target.resolve("model-card.md"));
      assertTrue(
          card.contains("There is neither an ONNX nor a TensorFlow Lite file: " + why), card);
      assertFalse(card.contains("`pixels`"), card);
    }
  }

  @Test
  void aTableThatNoStandardLayersExpressHasNoZipAndTheCardSaysWhy() throws Exception {
    List<Layer> rows =
        List.of(
            new Pool("pool", "input", Pool.Function.MAX, 2, 1, new Padding(0, 1, 1, 1)),
            new Layer.Output("out", "pool", 12 * 13 * 3, data.facts().classes()));
    Network network = new Network(12, 12, 3, rows);
    try (TrainableNetwork own = TrainableNetwork.of(network, Initialization.of(network, 1))) {
      ModelExport export = export(own);
      String why =
          "layer pool: must pad opposite sides alike, or as Deeplearning4j's mode Same does, found"
              + " top 0 bottom 1 left 1 right 1";
      assertEquals(why, export.absent().zip());
      assertFalse(names(target).contains("model.zip"));
      String card = Files.readString(target.resolve("model-card.md"));
      assertTrue(card.contains("There is no Deeplearning4j zip: " + why), card);
      assertFalse(card.contains("`model.zip`"), card);
    }
  }

  @Test
  void anAverageThatTensorFlowLiteDoesNotTakeIsLeftOutAndTheCardSaysWhy() throws Exception {
    List<Layer> rows =
        List.of(
            new Pool("pool", "input", Pool.Function.AVERAGE, 3, 2, new Padding(1, 1, 1, 1)),
            new Layer.Output("out", "pool", 6 * 6 * 3, data.facts().classes()));
    Network network = new Network(12, 12, 3, rows);
    try (TrainableNetwork own = TrainableNetwork.of(network, Initialization.of(network, 1))) {
      ModelExport export = export(own);
      String why = String.valueOf(export.absent().tflite());
      assertTrue(why.startsWith("pool: "), why);
      assertNull(export.absent().onnx());
      assertEquals(
          List.of("labels.txt", "model-card.md", "model.esp", "model.onnx", "model.zip"),
          names(target));
      String card = Files.readString(target.resolve("model-card.md"));
      assertTrue(card.contains("There is no TensorFlow Lite file: " + why), card);
      assertFalse(card.contains("microcontroller"), card);
    }
  }

  @Test
  void leavesNothingWhereItFails() throws Exception {
    try (TrainableNetwork network = ours()) {
      Origin withoutOutcomes = origin(network, Map.of());
      byte[] compressed = CompressedNetwork.encode(network.parameters()).bytes();
      assertThrows(
          NullPointerException.class,
          () -> ModelExport.write(target, network, compressed, data, withoutOutcomes));
    }
    assertEquals(List.of(), names(folder.resolve("below")));
  }

  @Test
  void refusesAFolderThatHoldsSomething() throws Exception {
    Files.createDirectories(target);
    Path file = Files.writeString(target.resolve("notes"), "mine");
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, this::exportOurs);
    assertEquals(target + ": must be a new or an empty folder, found notes in it", e.getMessage());
    assertEquals("mine", Files.readString(file));
  }

  private ModelExport exportOurs() throws Exception {
    try (TrainableNetwork network = ours()) {
      return export(network);
    }
  }

  private ModelExport export(TrainableNetwork network) throws Exception {
    String correct = Evaluation.of(network, data, Dataset.Split.TEST).correct();
    byte[] compressed = CompressedNetwork.encode(network.parameters()).bytes();
    return ModelExport.write(
        target, network, compressed, data, origin(network, Map.of("test", correct)));
  }

  private static Origin origin(TrainableNetwork network, Map<String, String> correct) {
    StageResult.Done done =
        new StageResult.Done(
            new StageId("ab".repeat(32)),
            new Metrics(Map.of("params/total", (double) network.parameters().size())),
            List.of(),
            List.of(),
            correct,
            Map.of(),
            Engine.environment(),
            0);
    return new Origin("sweep", "trial", List.of("train"), done, List.of("by hand"), "name: sweep");
  }

  private TrainableNetwork ours() {
    Network network = Networks.of(new Model("mnist-cnn", new BigDecimal("0.125")), data.facts());
    return TrainableNetwork.of(network, Initialization.of(network, 1));
  }

  private ComputationGraph own() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.TANH).build(),
                    "input")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(data.facts().classes())
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "conv")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(12, 12, 3))
                .build());
    graph.init();
    return graph;
  }

  private static Dataset shapes() {
    try {
      return Datasets.load(new DataSource("shapes", null, 64, 32, 12), null);
    } catch (DataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
