package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import dev.espalier.workers.stage.CentroidGradient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LoadTest {
  private static final int COUNT = 5;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void predictsWithAUsersNetworkWhatDeeplearning4jPredicts(CNN2DFormat format) throws IOException {
    ComputationGraph users = users(format);
    Path file = write(users);
    float[] images = Nets.images(Nets.small(), COUNT, 1);
    INDArray input = Nd4j.create(images, new long[] {COUNT, 6, 6, 2}, 'c');
    if (format == CNN2DFormat.NCHW) {
      input = input.permute(0, 3, 1, 2).dup('c');
    }
    float[] expected = users.output(false, input)[0].ravel().toFloatVector();
    try (TrainableNetwork net = TrainableNetwork.load(file, data(6, 2, 3))) {
      assertArrayEquals(expected, net.predict(images, COUNT), 1e-6f);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsKernelsFromVectorsAndWhereTheyAreUsed(CNN2DFormat format) throws IOException {
    ComputationGraph users = users(format);
    try (TrainableNetwork net = TrainableNetwork.load(write(users), data(6, 2, 3))) {
      List<Parameter> found =
          net.parameters().stream()
              .map(t -> new Parameter(t.name(), t.kind(), t.shape(), t.positions(), t.trainable()))
              .toList();
      assertEquals(
          List.of(
              Parameter.kernel("conv/W", Kind.CONVOLUTION, List.of(4, 2, 3, 3), 16),
              Parameter.vector("conv/b", 4, true),
              Parameter.vector("norm/gamma", 4, true),
              Parameter.vector("norm/beta", 4, true),
              Parameter.vector("norm/mean", 4, false),
              Parameter.vector("norm/log10stdev", 4, false),
              Parameter.kernel("depthwise/W", Kind.DEPTHWISE, List.of(8, 1, 2, 2), 9),
              Parameter.vector("depthwise/b", 8, true),
              Parameter.kernel("dense/W", Kind.DENSE, List.of(7, 72), 1),
              Parameter.vector("dense/b", 7, true),
              Parameter.kernel("out/W", Kind.DENSE, List.of(3, 7), 1),
              Parameter.vector("out/b", 3, true)),
          found);
    }
  }

  @Test
  void readsKernelsInCanonicalOrder() throws IOException {
    ComputationGraph users = users(CNN2DFormat.NCHW);
    try (TrainableNetwork net = TrainableNetwork.load(write(users), data(6, 2, 3))) {
      Tensor dense = named(net, "dense/W");
      assertEquals(
          users.getLayer("dense").getParam("W").getFloat(5, 3), dense.values()[3 * 72 + 5]);
      Tensor depthwise = named(net, "depthwise/W");
      // [height, width, in, multiplier] becomes [in and multiplier, 1, height, width].
      assertEquals(
          users.getLayer("depthwise").getParam("W").getFloat(1, 0, 3, 1),
          depthwise.values()[(3 * 2 + 1) * 4 + 2]);
    }
  }

  @Test
  void trainsAUsersNetworkWithItsZerosHeldAndWithoutItsDropout() throws IOException {
    float[] images = Nets.images(Nets.small(), COUNT, 1);
    int[] labels = Nets.labels(Nets.small(), COUNT, 1);
    int[] held = {0, 3, 71, 72, 500};
    float[][] runs = new float[2][];
    ComputationGraph users = users(CNN2DFormat.NHWC);
    Path file = write(users);
    for (int run = 0; run < 2; run++) {
      try (TrainableNetwork net = TrainableNetwork.load(file, data(6, 2, 3))) {
        net.prepare(Nets.recipe("0.9", "0.001"));
        net.hold(
            Nets.zeros(net, Map.of("dense/W", held, "depthwise/W", new int[] {1, 30})),
            CentroidGradient.SUM);
        double first = net.step(images, labels, 0.1);
        double last = first;
        for (int i = 0; i < 30; i++) {
          last = net.step(images, labels, 0.1);
        }
        assertTrue(last < 0.5 * first, first + " to " + last);
        runs[run] = named(net, "dense/W").values();
      }
    }
    assertArrayEquals(runs[0], runs[1]);
    for (int index : held) {
      assertEquals(0, Float.floatToRawIntBits(runs[0][index]));
    }
  }

  @ParameterizedTest
  @EnumSource
  void savesWhatItLoads(Engine engine) throws Exception {
    Network network = Nets.everything();
    float[] images = Nets.images(network, COUNT, 1);
    Path file = folder.resolve("saved.zip");
    DataFacts data = new DataFacts("test", "0", 13, 11, 3, 4, 10, 10, 10);
    try (TrainableNetwork net = TrainableNetwork.of(network, Nets.values(network, 9), engine)) {
      net.save(file);
      try (TrainableNetwork loaded = TrainableNetwork.load(file, data)) {
        assertArrayEquals(net.predict(images, COUNT), loaded.predict(images, COUNT), 1e-5f);
        for (Tensor tensor : net.parameters()) {
          Tensor again = named(loaded, tensor.name());
          assertArrayEquals(tensor.values(), again.values());
          assertEquals(tensor.shape(), again.shape());
          assertEquals(tensor.positions(), again.positions());
        }
        loaded.save(file);
      }
    }
  }

  @Test
  void refusesWhatIsNoComputationGraph() throws IOException {
    Path text = Files.writeString(folder.resolve("model.zip"), "no zip");
    assertEquals(
        text
            + ": must be a Deeplearning4j ComputationGraph saved by ModelSerializer, or an ONNX file,"
            + " found neither",
        refusal(text, data(6, 2, 3)));
    Path none = folder.resolve("none.zip");
    assertEquals(none + ": must be a file, found nothing", refusal(none, data(6, 2, 3)));
    MultiLayerNetwork layers =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(output(4, LossFunction.MCXENT, Activation.SOFTMAX))
                .build());
    layers.init();
    Path file = write(layers);
    assertEquals(
        file
            + ": must be a Deeplearning4j ComputationGraph saved by ModelSerializer, found a"
            + " MultiLayerNetwork (its toComputationGraph() makes one)",
        refusal(file, data(6, 2, 3)));
  }

  @Test
  void refusesANetworkThatDoesNotFitTheData() throws IOException {
    ComputationGraph users = users(CNN2DFormat.NCHW);
    Path file = write(users);
    assertEquals(
        file + ": must have 10 classes, as the data has, found 3", refusal(file, data(6, 2, 10)));
    String channels = refusal(file, data(6, 3, 3));
    assertTrue(channels.startsWith(file + ": must read images of 6x6x3, found "), channels);
    String size = refusal(file, data(9, 2, 3));
    assertTrue(size.startsWith(file + ": must read images of 9x9x2, found "), size);
  }

  @Test
  void refusesANetworkThatIsNoClassifier() throws IOException {
    ComputationGraph regression =
        graph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", output(4, LossFunction.MSE, Activation.IDENTITY), "in")
                .setOutputs("out"));
    Path file = write(regression);
    assertEquals(
        file
            + ": must end in an OutputLayer with softmax and the loss MCXENT, found an OutputLayer"
            + " with identity and the loss MSE",
        refusal(file, data(2, 1, 3)));
    ComputationGraph sequence =
        graph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("lstm", new LSTM.Builder().nIn(4).nOut(3).build(), "in")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(3)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "lstm")
                .setOutputs("out"));
    assertTrue(refusal(write(sequence), data(2, 1, 3)).endsWith("found RnnOutputLayer"));
  }

  @Test
  void refusesALayerWithoutTheLossThatItsEndHas() throws IOException {
    ComputationGraph sum =
        graph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", output(4, LossFunction.MCXENT, Activation.SOFTMAX), "in")
                .addVertex("twice", new ScaleVertex(2), "out")
                .setOutputs("twice"));
    assertTrue(refusal(write(sum), data(2, 1, 3)).endsWith("MCXENT, found no layer"));
  }

  @Test
  void namesTheParameterOfLayerNorm() throws IOException {
    ComputationGraph users =
        graph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "dense", new DenseLayer.Builder().nOut(5).hasLayerNorm(true).build(), "in")
                .addLayer("out", output(5, LossFunction.MCXENT, Activation.SOFTMAX), "dense")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(4)));
    Path file = write(users);
    assertEquals(
        file
            + ": convolutions and dense layers must have no parameters but W and b, found dense/g,"
            + " the gain of layer norm",
        refusal(file, data(2, 1, 3)));
  }

  @ParameterizedTest
  @CsvSource({"conv/W, 17, NaN", "norm/var, 2, Infinity", "dense/b, 0, -Infinity"})
  void refusesParametersThatAreNotFinite(String name, int index, float value) throws IOException {
    ComputationGraph users = users(CNN2DFormat.NCHW);
    String layer = name.substring(0, name.indexOf('/'));
    String key = name.substring(layer.length() + 1).replace("var", "log10stdev");
    INDArray parameter = users.getLayer(layer).getParam(key);
    parameter.putScalar(Shape.ind2subC(parameter.shape(), index), value);
    Path file = write(users);
    assertEquals(
        "%s: must have finite parameters, found %s as value %d of %s/%s"
            .formatted(file, value, index, layer, key),
        refusal(file, data(6, 2, 3)));
  }

  @ParameterizedTest
  @CsvSource({
    "NHWC, padding", "NHWC, dropout", "NHWC, scale", "NHWC, activation", "NHWC, cropping",
    "NCHW, padding", "NCHW, dropout", "NCHW, scale", "NCHW, activation", "NCHW, cropping"
  })
  void takesTheLayoutFromTheGraphWhateverReadsTheInput(CNN2DFormat format, String first)
      throws IOException {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder().seed(1).graphBuilder().addInputs("in");
    switch (first) {
      case "padding" -> builder.addLayer("first", new ZeroPaddingLayer(1, 2), "in");
      case "dropout" -> builder.addLayer("first", new DropoutLayer(0.5), "in");
      case "scale" -> builder.addVertex("first", new ScaleVertex(0.5), "in");
      case "activation" -> builder.addLayer("first", new ActivationLayer(Activation.TANH), "in");
      default -> builder.addLayer("first", new Cropping2D(format, 1, 0, 0, 1), "in");
    }
    ComputationGraph users =
        graph(
            builder
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "first")
                .addLayer("pool", new GlobalPoolingLayer(), "conv")
                .addLayer("out", output(4, LossFunction.MCXENT, Activation.SOFTMAX), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 6, 2, format)));
    float[] images = Nets.images(Nets.small(), COUNT, 1);
    INDArray input = Nd4j.create(images, new long[] {COUNT, 6, 6, 2}, 'c');
    if (format == CNN2DFormat.NCHW) {
      input = input.permute(0, 3, 1, 2).dup('c');
    }
    float[] expected = users.output(false, input)[0].ravel().toFloatVector();
    try (TrainableNetwork net = TrainableNetwork.load(write(users), data(6, 2, 3))) {
      assertArrayEquals(expected, net.predict(images, COUNT), 1e-6f);
    }
  }

  /** Convolution, batch norm, depthwise, dense with dropout; 6x6x2 pixels, 3 classes. */
  private static ComputationGraph users(CNN2DFormat format) {
    return graph(
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(0.001))
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(3, 3)
                    .nOut(4)
                    .dataFormat(format)
                    .activation(Activation.RELU)
                    .build(),
                "in")
            .addLayer("norm", new BatchNormalization.Builder().dataFormat(format).build(), "conv")
            .addLayer(
                "depthwise",
                new DepthwiseConvolution2D.Builder(2, 2)
                    .depthMultiplier(2)
                    .dataFormat(format)
                    .build(),
                "norm")
            .addLayer("dense", new DenseLayer.Builder().nOut(7).dropOut(0.5).build(), "depthwise")
            .addLayer("out", output(7, LossFunction.MCXENT, Activation.SOFTMAX), "dense")
            .setOutputs("out")
            .setInputTypes(InputType.convolutional(6, 6, 2, format)));
  }

  private static OutputLayer output(int in, LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).nIn(in).nOut(3).activation(activation).build();
  }

  private static ComputationGraph graph(ComputationGraphConfiguration.GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  private Path write(Model model) throws IOException {
    Path file = folder.resolve("users.zip");
    ModelSerializer.writeModel(model, file.toFile(), true);
    return file;
  }

  private static String refusal(Path file, DataFacts data) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> TrainableNetwork.load(file, data).close());
    return String.valueOf(e.getMessage());
  }

  private static Tensor named(TrainableNetwork net, String name) {
    return net.parameters().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  private static DataFacts data(int size, int channels, int classes) {
    return new DataFacts("test", "0", size, size, channels, classes, 10, 10, 10);
  }
}
