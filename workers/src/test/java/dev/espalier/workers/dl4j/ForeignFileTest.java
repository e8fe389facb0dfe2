package dev.espalier.workers.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Files made to run code, to hang, or to fill the memory. */
class ForeignFileTest {
  private static final String JSON = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";
  private static final DataFacts DATA = new DataFacts("test", "0", 6, 6, 2, 3, 10, 10, 10);
  private static final AtomicBoolean RAN = new AtomicBoolean();

  @TempDir Path folder;
  private Path file = Path.of("");

  /** Runs code when it is deserialized. */
  private static final class Trap implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) {
      RAN.set(true);
    }
  }

  /** Runs code when it is initialized. */
  static final class Initialized {
    static {
      RAN.set(true);
    }

    private Initialized() {}
  }

  @BeforeEach
  void save() throws IOException {
    RAN.set(false);
    file = write(graph(1));
  }

  @Test
  void runsNoJavaDeserialization() throws IOException {
    for (String entry : new String[] {"preprocessor.bin", "objects/mean", "objects/labels"}) {
      Zips.put(file, entry, serialized(new Trap()));
    }
    load();
    assertEquals(null, NetworkInput.normalization(file, 2));
    assertTrue(NetworkInput.labels(file).isEmpty());
    assertFalse(RAN.get());
  }

  @Test
  @Timeout(60)
  void doesNotHangOnNestedSets() throws IOException {
    Set<Object> root = new HashSet<>();
    Set<Object> left = root;
    Set<Object> right = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Set<Object> deeperLeft = new HashSet<>();
      Set<Object> deeperRight = new HashSet<>(Set.of("tell apart"));
      left.addAll(Arrays.asList(deeperLeft, deeperRight));
      right.addAll(Arrays.asList(deeperLeft, deeperRight));
      left = deeperLeft;
      right = deeperRight;
    }
    Zips.put(file, "preprocessor.bin", serialized(root));
    load();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          activationFn | {"@class": "CLASS"}
          activationFn | {"@cl\\u0061ss": "CLASS"}
          activationFn | ["CLASS", {}]
          activationFn | ["CLASS", "x"]
          activationFn | {"@class": "org.nd4j.linalg.activations.impl.ActivationReLU<CLASS>"}
          activationFn | ["org.nd4j.linalg.activations.impl.ActivationReLU<CLASS>", {}]
          lossFn       | {"@class": "CLASS"}
          layer        | {"@class": "CLASS"}
          iupdater     | {"@class": "CLASS"}
          iupdater     | {"@class": "java.util.HashMap"}
          constraints  | [{"@class": "CLASS"}]
          distribution | {"type": "CLASS"}
          """)
  void looksForNoForeignClass(String key, String value) throws IOException {
    String name = Initialized.class.getName();
    JsonNode json = new ObjectMapper().readTree(Zips.read(file, JSON));
    JsonNode replaced = new ObjectMapper().readTree(value.replace("CLASS", name));
    ((ObjectNode) json.findParent(key)).set(key, replaced);
    Zips.put(file, JSON, new ObjectMapper().writeValueAsBytes(json));
    String refusal = refusal();
    assertTrue(refusal.startsWith(file + ": configuration.json must "), refusal);
    assertTrue(refusal.contains(value.contains("HashMap") ? "java.util.HashMap" : name), refusal);
    assertEquals(1, refusal.lines().count(), refusal);
    assertFalse(RAN.get());
  }

  @Test
  void refusesTextThatIsTooLongOrTooDeep() throws IOException {
    String json = new String(Zips.read(file, JSON), StandardCharsets.UTF_8);
    Zips.put(file, JSON, (json + " ".repeat(1 << 24)).getBytes(StandardCharsets.UTF_8));
    assertEquals(
        file + ": configuration.json must be at most 16777216 bytes, found more", refusal());
    String deep = "{\"deep\": " + "[".repeat(200_000) + "]".repeat(200_000) + ",";
    Zips.put(file, JSON, json.replaceFirst("\\{", deep).getBytes(StandardCharsets.UTF_8));
    assertEquals(
        file + ": configuration.json must be at most 100 levels deep, found more", refusal());
    Zips.put(file, JSON, json.substring(0, 300).getBytes(StandardCharsets.UTF_8));
    String cut = refusal();
    assertTrue(
        cut.startsWith(file + ": configuration.json must be the JSON of a graph, found "), cut);
  }

  @Test
  void allocatesNothingThatTheFileOnlyDeclares() throws IOException {
    byte[] values = Zips.read(file, COEFFICIENTS);
    Zips.put(file, COEFFICIENTS, header("MIXED_DATA_TYPES", 1L << 40, "FLOAT"));
    assertEquals(
        file
            + ": coefficients.bin must hold the 91 parameters of the configuration, found "
            + (1L << 40),
        refusal());
    Zips.put(file, COEFFICIENTS, Arrays.copyOf(values, values.length - 1));
    assertEquals(file + ": coefficients.bin must be whole, found an early end", refusal());
    Zips.put(file, COEFFICIENTS, header("MIXED_DATA_TYPES", 91, "DOUBLE"));
    assertEquals(file + ": must have float parameters, found DOUBLE", refusal());
    Zips.put(file, COEFFICIENTS, serialized(new Trap()));
    assertEquals(file + ": coefficients.bin must be whole, found an early end", refusal());
    assertFalse(RAN.get());
    String json = new String(Zips.read(file, JSON), StandardCharsets.UTF_8);
    Zips.put(
        file,
        JSON,
        json.replace("\"nout\" : 4", "\"nout\" : 99999999").getBytes(StandardCharsets.UTF_8));
    String many = refusal();
    assertTrue(many.startsWith(file + ": must have 1 to 268435456 parameters, found "), many);
  }

  @Test
  void refusesAnImageThatGrowsWithoutBound() throws IOException {
    file = write(graph(30_000));
    String refusal = refusal();
    assertTrue(
        refusal.startsWith(
            file + ": must give at most 134217728 values in all layers for an image, found "),
        refusal);
  }

  @Test
  void readsParametersInTheFormatOfOldVersions() throws IOException {
    float[] images = Nets.images(Nets.small(), 2, 1);
    float[] expected = predict(images);
    float[] parameters =
        ModelSerializer.restoreComputationGraph(file.toFile()).params().toFloatVector();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(header("DIRECT", parameters.length, "FLOAT"));
    DataOutputStream out = new DataOutputStream(bytes);
    for (float value : parameters) {
      out.writeFloat(value);
    }
    Zips.put(file, COEFFICIENTS, bytes.toByteArray());
    assertArrayEquals(expected, predict(images));
  }

  /** What stands before the values. */
  private static byte[] header(String memory, long length, String type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    boolean old = memory.equals("DIRECT");
    int[] shape = {2, 1, (int) length, 1, 1, 0, 1, 99};
    out.writeUTF(memory);
    if (old) {
      out.writeInt(shape.length);
      out.writeUTF("INT");
      for (int number : shape) {
        out.writeInt(number);
      }
    } else {
      out.writeLong(shape.length);
      out.writeUTF("LONG");
      for (int number : shape) {
        out.writeLong(number);
      }
    }
    out.writeUTF(memory);
    if (old) {
      out.writeInt((int) length);
    } else {
      out.writeLong(length);
    }
    out.writeUTF(type);
    return bytes.toByteArray();
  }

  private float[] predict(float[] images) {
    try (TrainableNetwork net = TrainableNetwork.load(file, DATA)) {
      return net.predict(images, 2);
    }
  }

  private void load() {
    TrainableNetwork.load(file, DATA).close();
  }

  private String refusal() {
    return String.valueOf(assertThrows(IllegalArgumentException.class, this::load).getMessage());
  }

  private Path write(ComputationGraph graph) throws IOException {
    Path written = folder.resolve("model.zip");
    ModelSerializer.writeModel(graph, written.toFile(), true);
    return written;
  }

  /** 91 parameters. */
  private static ComputationGraph graph(int upsampling) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .weightInit(new NormalDistribution(0, 0.1))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build(),
                    "in")
                .addLayer("up", new Upsampling2D.Builder(upsampling).build(), "conv")
                .addLayer("pool", new GlobalPoolingLayer(), "up")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .build());
    graph.init();
    graph.setParams(Nd4j.rand(1, (int) graph.numParams()));
    return graph;
  }

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }
}
