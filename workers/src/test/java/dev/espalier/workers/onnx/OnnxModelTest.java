package dev.espalier.workers.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** ONNX Runtime computes of pixels what the network computes of normalized images. */
class OnnxModelTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.25, 32, 3",
    "mobilenetv2, 0.35, 32, 3",
    "mnist-cnn, 1.0, 28, 1",
    "mnist-cnn, 0.5, 13, 3"
  })
  void agreesOnOurArchitectures(String name, BigDecimal width, int size, int channels)
      throws Exception {
    DataFacts data = new DataFacts("test", "0", size, size, channels, 10, 10, 10, 10);
    assertAgrees(Networks.of(new Model(name, width), data), 5);
  }

  @Test
  void agreesOnEveryRowInEveryPlace() throws Exception {
    assertAgrees(Nets.everything(), 3);
    assertAgrees(Nets.oddities(), 1);
    assertAgrees(Nets.padded(), 3);
    assertAgrees(Nets.uneven(), 3);
  }

  @Test
  void agreesWithTheDefinitionOfALayerInDoublePrecision() throws Exception {
    Network network = Nets.everything();
    List<Tensor> values = Nets.values(network, 7);
    byte[] pixels = OnnxRun.pixels(network.input(), 2, 8);
    float[] expected =
        PlainForward.probabilities(network, values, normalized(network.input(), pixels), 2);
    OnnxRun run = run(new WeightedNetwork(network, values), pixels, 2);
    assertAgrees(expected, run);
    assertArrayEquals(Arrays.copyOf(expected, network.classes()), run.probabilities()[0], 1e-5f);
  }

  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void agreesOnAUsersOwnNetwork(CNN2DFormat format) throws Exception {
    Shape image = new Shape(9, 7, 2);
    DataFacts data = new DataFacts("test", "0", 9, 7, 2, 3, 10, 10, 10);
    Path zip = folder.resolve("own.zip");
    byte[] pixels = OnnxRun.pixels(image, 4, 3);
    float[] normalized = normalized(image, pixels);
    ComputationGraph graph = own(format, Activation.RELU);
    ModelSerializer.writeModel(graph, zip.toFile(), false);
    INDArray input = Nd4j.create(normalized, 4, 9, 7, 2);
    INDArray arranged = format == CNN2DFormat.NHWC ? input : input.permute(0, 3, 1, 2).dup('c');
    float[] expected = graph.output(false, arranged)[0].dup('c').data().asFloat();
    try (TrainableNetwork network = TrainableNetwork.load(zip, data)) {
      assertAgrees(expected, run(network.weighted(), pixels, 4));
    }
  }

  @Test
  void saysWhichLayerOfAUsersOwnNetworkCannotBeExpressed() throws Exception {
    Path zip = folder.resolve("own.zip");
    ModelSerializer.writeModel(own(CNN2DFormat.NCHW, Activation.TANH), zip.toFile(), false);
    DataFacts data = new DataFacts("test", "0", 9, 7, 2, 3, 10, 10, 10);
    try (TrainableNetwork network = TrainableNetwork.load(zip, data)) {
      InexpressibleException e =
          assertThrows(InexpressibleException.class, () -> network.weighted());
      assertEquals(
          "layer hidden: the activation must be identity, relu or relu6, found tanh",
          e.getMessage());
    }
  }

  @Test
  void saysWhatItTakesAndGives() throws Exception {
    byte[] model = encode(weighted(Nets.everything(), 1));
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(model)) {
      assertEquals("[-1, 13, 11, 3]", shape(session.getInputInfo(), "pixels"));
      assertEquals("[-1, 4]", shape(session.getOutputInfo(), "logits"));
      assertEquals(
          new TreeSet<>(List.of("logits", "probabilities")),
          new TreeSet<>(session.getOutputNames()));
      assertEquals("espalier", session.getMetadata().getProducerName());
      assertEquals(
          Map.of("labels", "cat\ndog\nfish\nfrog", "trial", "some"),
          session.getMetadata().getCustomMetadata());
    }
  }

  @Test
  void equalNetworksGiveEqualBytes() {
    assertArrayEquals(
        encode(weighted(Nets.everything(), 1)), encode(weighted(Nets.everything(), 1)));
  }

  private static void assertAgrees(Network network, int count) throws Exception {
    List<Tensor> values = unsure(network, Nets.values(network, 31));
    byte[] pixels = OnnxRun.pixels(network.input(), count, 32);
    try (TrainableNetwork own = TrainableNetwork.of(network, values)) {
      float[] expected = own.predict(normalized(network.input(), pixels), count);
      assertAgrees(expected, run(own.weighted(), pixels, count));
    }
  }

  /** With a weaker last layer: its logits are as far apart as those of trained networks. */
  private static List<Tensor> unsure(Network network, List<Tensor> values) {
    String last = network.layers().get(network.layers().size() - 1).name();
    return values.stream()
        .map(
            tensor -> {
              float[] weaker = tensor.values().clone();
              for (int i = 0; tensor.layer().equals(last) && i < weaker.length; i++) {
                weaker[i] /= 20;
              }
              return tensor.with(weaker);
            })
        .toList();
  }

  /** The logits but for what is added to all of an image, which changes no prediction. */
  private static void assertAgrees(float[] expected, OnnxRun run) {
    int count = run.logits().length;
    int classes = expected.length / count;
    double spread = 0;
    for (int i = 0; i < count; i++) {
      double[] found = run.logProbabilities(i);
      for (int c = 0; c < classes; c++) {
        double log = Math.log(expected[i * classes + c]);
        assertEquals(log, found[c], TOLERANCE, "image " + i + " class " + c);
        spread = Math.max(spread, Math.abs(log + Math.log(classes)));
      }
    }
    assertTrue(spread > 0.01, "the network tells images apart: " + spread);
  }

  private static OnnxRun run(WeightedNetwork weighted, byte[] pixels, int count) throws Exception {
    return OnnxRun.of(encode(weighted), weighted.network().input(), pixels, count);
  }

  private static byte[] encode(WeightedNetwork weighted) {
    return OnnxModel.encode(
        weighted,
        channels(weighted.network().input()),
        List.of("cat", "dog", "fish", "frog"),
        Map.of("trial", "some"));
  }

  private static WeightedNetwork weighted(Network network, long seed) {
    return new WeightedNetwork(network, Nets.values(network, seed));
  }

  private static List<Channel> channels(Shape image) {
    return IntStream.range(0, image.channels())
        .mapToObj(c -> new Channel(0.3f + 0.01f * c, 0.2f + 0.02f * c))
        .toList();
  }

  private static float[] normalized(Shape image, byte[] pixels) {
    float[] normalized = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      Channel channel = channels(image).get(i % image.channels());
      normalized[i] = (float) (((pixels[i] & 0xff) / 255.0 - channel.mean()) / channel.deviation());
    }
    return normalized;
  }

  private static String shape(Map<String, NodeInfo> values, String name) {
    NodeInfo node = Objects.requireNonNull(values.get(name), name);
    return node.getInfo().toString().replaceFirst("(?s).*shape=(\\[[^]]*]).*", "$1");
  }

  /** Convolution, norm, activation of its own, pooling, a sum, dense layers over the image. */
  private static ComputationGraph own(CNN2DFormat format, Activation hidden) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("input")
                .addLayer("conv", convolution(format), "input")
                .addLayer(
                    "norm", new BatchNormalization.Builder().dataFormat(format).build(), "conv")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
                .addLayer("again", convolution(format), "relu")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "relu", "again")
                .addLayer(
                    "pool",
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .dataFormat(format)
                        .build(),
                    "sum")
                .addLayer(
                    "hidden", new DenseLayer.Builder().nOut(11).activation(hidden).build(), "pool")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "hidden")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(9, 7, 2, format))
                .build());
    graph.init();
    graph.getLayer("norm").getParam("mean").addi(0.1);
    graph.getLayer("norm").getParam("gamma").muli(1.3);
    graph.getLayer("conv").getParam("b").addi(0.2);
    return graph;
  }

  private static ConvolutionLayer convolution(CNN2DFormat format) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(6)
        .padding(1, 1)
        .dataFormat(format)
        .activation(Activation.IDENTITY)
        .build();
  }
}
