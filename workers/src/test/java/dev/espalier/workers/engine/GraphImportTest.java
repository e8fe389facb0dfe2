package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.dl4j.GraphImport;
import dev.espalier.workers.dl4j.GraphImport.ImportedNetwork;
import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.dl4j.InputLayout;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Users' graphs on fast layers against the same graphs on Deeplearning4j's own. */
class GraphImportTest {
  private static final int COUNT = 5;
  private static final DataFacts DATA = new DataFacts("test", "0", 9, 7, 2, 3, 10, 10, 10);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"resnet18, 0.0625", "mobilenetv2, 0.25", "mnist-cnn, 0.25"})
  void findsTheTableOfWhatWasSavedFromOne(String name, BigDecimal width) throws Exception {
    DataFacts data = new DataFacts("test", "0", 16, 16, 3, 10, 10, 10, 10);
    Network network = Networks.of(new Model(name, width), data);
    Path file = folder.resolve("saved.zip");
    try (TrainableNetwork net = TrainableNetwork.of(network, Initialization.of(network, 1))) {
      net.save(file);
    }
    // Deeplearning4j computes branches in an order of its own.
    Network found = imported(file, data).network();
    assertEquals(Set.copyOf(network.layers()), Set.copyOf(found.layers()));
    assertEquals(Set.copyOf(network.layout()), Set.copyOf(found.layout()));
    List<Tensor> loaded;
    try (TrainableNetwork net = TrainableNetwork.load(file, data)) {
      loaded = net.parameters();
      net.save(file);
    }
    try (TrainableNetwork again = TrainableNetwork.load(file, data)) {
      again.parameters(loaded);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsOffRowsWithTheirActivationsAndNames(CNN2DFormat format) throws Exception {
    ImportedNetwork found = imported(write(residual(format)), DATA);
    Layer.Activation none = Layer.Activation.IDENTITY;
    Layer.Activation relu = Layer.Activation.RELU;
    assertEquals(
        List.of(
            new Layer.Convolution("c1", "input", 2, 6, 3, 1, 1, true, none),
            new Layer.BatchNorm("n1", "c1", 6, 1e-3, 0.8, true, relu),
            new Layer.Depthwise("d", "n1", 6, 3, 1),
            new Layer.BatchNorm("n2", "d", 6, 1e-5, 0.9, false, Layer.Activation.RELU6),
            new Layer.Convolution("c2", "n2", 6, 6, 1, 1, 0, false, relu),
            new Layer.Add("sum", "n1", "c2", relu),
            Pool.max("pool", "sum", 2),
            new Layer.Convolution("c3", "pool", 6, 5, 3, 1, 0, true, relu),
            new Layer.Dense("dense", "c3", 10, 4, relu),
            new Layer.Output("out", "dense", 4, 3)),
        found.network().layers());
    assertEquals(
        format == CNN2DFormat.NHWC ? Map.of() : Map.of("dense", new Shape(2, 1, 5)),
        found.channelsFirst());
  }

  @ParameterizedTest
  @EnumSource
  void predictsAndStepsAsDeeplearning4jsOwnLayersDo(CNN2DFormat format) throws Exception {
    assertSameStep(write(residual(format)), DATA);
  }

  @ParameterizedTest
  @EnumSource
  void readsEveryPaddingAndPredictsAndStepsWithIt(CNN2DFormat format) throws Exception {
    Path file = write(padded(format));
    Layer.Activation none = Layer.Activation.IDENTITY;
    Layer.Activation relu = Layer.Activation.RELU;
    Padding all = new Padding(1, 1, 1, 1);
    assertEquals(
        List.of(
            new Layer.Pad("zeros", "input", new Padding(0, 1, 2, 0)),
            new Layer.Pad("c1.pad", "zeros", new Padding(0, 1, 1, 1)),
            new Layer.Convolution("c1", "c1.pad", 2, 6, 3, 2, 0, true, none),
            new Pool("max", "c1", Pool.Function.MAX, 3, 1, all),
            new Layer.Depthwise("d1", "max", 6, 3, 1, 1, true, Layer.Activation.RELU6),
            new Pool("mean", "d1", Pool.Function.AVERAGE, 2, 2, new Padding(0, 1, 0, 1)),
            new Layer.Pad("d2.pad", "mean", new Padding(0, 0, 1, 1)),
            new Layer.Depthwise("d2", "d2.pad", 6, 2, 1, 0, true, relu),
            new Layer.Dense("dense", "d2", 48, 4, relu),
            new Layer.Output("out", "dense", 4, 3)),
        imported(file, DATA).network().layers());
    assertSameStep(file, DATA);
  }

  @Test
  void findsTheTableOfPaddedRowsThatWereSaved() throws Exception {
    Network network = Nets.padded();
    DataFacts data = new DataFacts("test", "0", 17, 18, 3, 4, 10, 10, 10);
    Path file = folder.resolve("saved.zip");
    try (TrainableNetwork net = TrainableNetwork.of(network, Nets.values(network, 1))) {
      net.save(file);
    }
    assertEquals(Set.copyOf(network.layers()), Set.copyOf(imported(file, data).network().layers()));
    assertSameStep(file, data);
  }

  @Test
  void savesNoPaddingThatNoLayerOfDeeplearning4jHas() {
    Network network = Nets.uneven();
    try (TrainableNetwork net = TrainableNetwork.of(network, Nets.values(network, 1))) {
      Path file = folder.resolve("saved.zip");
      Exception e = assertThrows(InexpressibleException.class, () -> net.save(file));
      assertEquals(
          "layer p0: must pad opposite sides alike, or as Deeplearning4j's mode Same does, found"
              + " top 1 bottom 0 left 0 right 0",
          e.getMessage());
      assertFalse(Files.exists(file));
    }
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TrainableNetwork.of(network, Nets.values(network, 1), Engine.ND4J));
    assertEquals(
        "the engine nd4j cannot compute the network, only one with oneDNN can: layer p0: must pad"
            + " opposite sides alike, or as Deeplearning4j's mode Same does, found top 1 bottom 0"
            + " left 0 right 0",
        e.getMessage());
  }

  @Test
  void predictsAndStepsAsAFlattenedInputDoes() throws Exception {
    GraphBuilder builder =
        start()
            .addLayer("c", convolution(3, 4).activation(Activation.RELU).build(), "in")
            .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "c")
            .addLayer("out", output(4), "mean")
            .setInputTypes(InputType.convolutionalFlat(9, 7, 2));
    Path file = write(graph(builder.setOutputs("out")));
    assertEquals(3, imported(file, DATA).network().layers().size());
    assertSameStep(file, DATA);
  }

  @Test
  void predictsAndStepsAsDenseLayersOverPixelsDo() throws Exception {
    for (InputType type :
        List.of(
            InputType.convolutional(9, 7, 2, CNN2DFormat.NCHW),
            InputType.convolutional(9, 7, 2, CNN2DFormat.NHWC),
            InputType.feedForward(126))) {
      GraphBuilder builder =
          start()
              .addLayer(
                  "f", new DenseLayer.Builder().nOut(8).activation(Activation.RELU6).build(), "in")
              .addLayer("drop", new DropoutLayer(0.5), "f")
              .addLayer("out", output(8), "drop")
              .setOutputs("out")
              .setInputTypes(type);
      Path file = write(graph(builder));
      assertEquals(2, imported(file, DATA).network().layers().size());
      assertSameStep(file, DATA);
    }
  }

  @Test
  void readsADenseLayersWeightsInTheOrderOfTheFile() throws Exception {
    ComputationGraph users = residual(CNN2DFormat.NCHW);
    INDArray weights = users.getLayer("dense").getParam("W");
    try (TrainableNetwork net = TrainableNetwork.load(write(users), DATA)) {
      float[] values = named(net, "dense/W").values();
      for (int out = 0; out < 4; out++) {
        for (int in = 0; in < 10; in++) {
          // [out, channels, height, width], as Deeplearning4j flattens such images.
          assertEquals(weights.getFloat(in, out), values[out * 10 + in]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void savesTheUsersOwnGraphWithWhatItLearned(CNN2DFormat format) throws Exception {
    ComputationGraph users = residual(format);
    Path again = folder.resolve("again.zip");
    float[] images = images();
    float[] expected;
    List<Tensor> learned;
    try (TrainableNetwork net = TrainableNetwork.load(write(users), DATA)) {
      net.prepare(Nets.recipe("0.9", "0.001"));
      net.step(images, labels(), 0.05);
      expected = net.predict(images, COUNT);
      learned = net.parameters();
      net.save(again);
    }
    ComputationGraph saved = ModelSerializer.restoreComputationGraph(again.toFile());
    assertEquals(
        users.getConfiguration().getVertices().keySet(),
        saved.getConfiguration().getVertices().keySet());
    INDArray input = InputLayout.valueOf(format.name()).array(images, COUNT, new Shape(9, 7, 2));
    assertArrayEquals(expected, saved.output(false, input)[0].ravel().toFloatVector(), 1e-4f);
    try (TrainableNetwork loaded = TrainableNetwork.load(again, DATA)) {
      for (Tensor tensor : learned) {
        assertArrayEquals(tensor.values(), named(loaded, tensor.name()).values(), tensor.name());
      }
    }
  }

  @Test
  void runsOnDeeplearning4jsOwnLayersWhatNoTableExpressesExactly() throws Exception {
    assertInexpressible(
        "layer c: the activation must be identity, relu or relu6, found tanh",
        builder -> body(builder, convolution(3, 4).activation(Activation.TANH).build()));
    assertInexpressible(
        "layer c: the kernel must be square, found [3, 1]",
        builder ->
            body(
                builder,
                new ConvolutionLayer.Builder(3, 1).nOut(4).activation(Activation.RELU).build()));
    assertInexpressible(
        "layer c: the depth multiplier must be 1, found 2",
        builder ->
            body(
                builder,
                new DepthwiseConvolution2D.Builder(3, 3)
                    .depthMultiplier(2)
                    .activation(Activation.IDENTITY)
                    .build()));
    assertInexpressible(
        "layer c: the locking of gamma and beta must be false, found true",
        builder -> body(builder, new BatchNormalization.Builder(true).build()));
    assertInexpressible(
        "layer c: the kind of pooling must be MAX or AVG, found PNORM",
        builder ->
            body(
                builder,
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.PNORM, new int[] {2, 2})
                    .pnorm(2)
                    .stride(2, 2)
                    .build()));
    assertInexpressible(
        "layer c: the padding's part in the mean must be false, found true",
        builder -> {
          SubsamplingLayer counting =
              new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG, new int[] {2, 2})
                  .padding(1, 1)
                  .build();
          counting.setAvgPoolIncludePadInDivisor(true);
          body(builder, counting);
        });
    assertInexpressible(
        "layer r: must be the only reader of the layer before it, found 2",
        builder -> {
          ConvolutionLayer same = convolution(1, 2).activation(Activation.IDENTITY).build();
          builder
              .addLayer("c", same, "in")
              .addLayer("r", new ActivationLayer(Activation.RELU), "c")
              .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "c", "r")
              .addLayer("out", output(126), "sum");
        });
    assertInexpressible(
        "layer product: must be a layer, or a sum of two, found ElementWiseVertex of 2",
        builder -> {
          ConvolutionLayer same = convolution(1, 2).activation(Activation.IDENTITY).build();
          builder
              .addLayer("c", same, "in")
              .addVertex("product", new ElementWiseVertex(ElementWiseVertex.Op.Product), "c", "in")
              .addLayer("out", output(126), "product");
        });
  }

  private void assertInexpressible(String reason, Consumer<GraphBuilder> fill) throws Exception {
    GraphBuilder builder = start();
    fill.accept(builder);
    builder.setOutputs("out").setInputTypes(InputType.convolutional(9, 7, 2, CNN2DFormat.NCHW));
    Path file = write(graph(builder));
    InexpressibleException e =
        assertThrows(InexpressibleException.class, () -> imported(file, DATA));
    assertEquals(reason, e.getMessage());
    assertSameStep(file, DATA);
  }

  /** Outputs, loss and every parameter after a step. */
  private static void assertSameStep(Path file, DataFacts data) {
    Stepped own = step(new TrainableNetwork(BuiltGraph.own(file, data)), data);
    Stepped fast = step(TrainableNetwork.load(file, data), data);
    assertArrayEquals(own.before(), fast.before(), 1e-4f);
    assertEquals(own.loss(), fast.loss(), 1e-4);
    assertEquals(
        own.parameters().stream().map(Tensor::name).toList(),
        fast.parameters().stream().map(Tensor::name).toList());
    for (int i = 0; i < own.parameters().size(); i++) {
      Tensor expected = own.parameters().get(i);
      Tensor found = fast.parameters().get(i);
      assertEquals(expected.shape(), found.shape());
      assertEquals(expected.positions(), found.positions());
      assertArrayEquals(expected.values(), found.values(), 1e-4f, expected.name());
    }
  }

  private record Stepped(List<Float> probabilities, double loss, List<Tensor> parameters) {
    float[] before() {
      float[] values = new float[probabilities.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = probabilities.get(i);
      }
      return values;
    }
  }

  private static Stepped step(TrainableNetwork opened, DataFacts data) {
    float[] images = Nets.images(flat(data.height(), data.width(), data.channels()), COUNT, 3);
    try (TrainableNetwork net = opened) {
      float[] before = net.predict(images, COUNT);
      List<Tensor> start = net.parameters();
      net.prepare(Nets.recipe("0.9", "0.001"));
      double loss = net.step(images, labels(), 0.1);
      List<Tensor> after = net.parameters();
      assertTrue(
          start.stream().anyMatch(t -> !equal(t, after.get(start.indexOf(t)))), "a step moves");
      List<Float> probabilities = new ArrayList<>();
      for (float p : before) {
        probabilities.add(p);
      }
      return new Stepped(probabilities, loss, after);
    }
  }

  private static boolean equal(Tensor left, Tensor right) {
    return Arrays.equals(left.values(), right.values());
  }

  private static ImportedNetwork imported(Path file, DataFacts data) throws InexpressibleException {
    BuiltGraph own = BuiltGraph.own(file, data);
    try {
      return GraphImport.of(own.graph(), own.image(), own.layout());
    } finally {
      own.graph().close();
    }
  }

  /** Every kind of row, activations in layers and by themselves; 9x7x2 pixels, 3 classes. */
  private static ComputationGraph residual(CNN2DFormat format) {
    GraphBuilder builder =
        start()
            .addLayer(
                "c1",
                convolution(3, 6)
                    .convolutionMode(ConvolutionMode.Same)
                    .dataFormat(format)
                    .activation(Activation.IDENTITY)
                    .build(),
                "in")
            .addLayer(
                "n1",
                new BatchNormalization.Builder().eps(1e-3).decay(0.8).dataFormat(format).build(),
                "c1")
            .addLayer("same", new ActivationLayer(Activation.IDENTITY), "n1")
            .addLayer("r1", new ActivationLayer(Activation.RELU), "same")
            .addLayer(
                "d",
                new DepthwiseConvolution2D.Builder(3, 3)
                    .depthMultiplier(1)
                    .padding(1, 1)
                    .hasBias(false)
                    .dataFormat(format)
                    .activation(Activation.IDENTITY)
                    .build(),
                "r1")
            .addLayer(
                "n2",
                new BatchNormalization.Builder().useLogStd(false).dataFormat(format).build(),
                "d")
            .addLayer("r2", new ActivationLayer(Activation.RELU6), "n2")
            .addLayer(
                "c2",
                convolution(1, 6)
                    .hasBias(false)
                    .dataFormat(format)
                    .activation(Activation.RELU)
                    .build(),
                "r2")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "r1", "c2")
            .addLayer("r3", new ActivationLayer(Activation.RELU), "sum");
    return graph(head(builder, format).setOutputs("out"));
  }

  /** Padding of every kind, on 9x7x2 pixels. */
  private static ComputationGraph padded(CNN2DFormat format) {
    return graph(
        start()
            .addLayer(
                "zeros", new ZeroPaddingLayer.Builder(0, 1, 2, 0).dataFormat(format).build(), "in")
            .addLayer(
                "c1",
                convolution(3, 6)
                    .stride(2, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .dataFormat(format)
                    .activation(Activation.IDENTITY)
                    .build(),
                "zeros")
            .addLayer(
                "max",
                pool(SubsamplingLayer.PoolingType.MAX, 3, 1)
                    .padding(1, 1)
                    .dataFormat(format)
                    .build(),
                "c1")
            .addLayer(
                "d1",
                depthwise(3).padding(1, 1).dataFormat(format).activation(Activation.RELU6).build(),
                "max")
            .addLayer(
                "mean",
                pool(SubsamplingLayer.PoolingType.AVG, 2, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .dataFormat(format)
                    .build(),
                "d1")
            .addLayer(
                "d2",
                depthwise(2)
                    .padding(0, 1)
                    .dataFormat(format)
                    .activation(Activation.IDENTITY)
                    .build(),
                "mean")
            .addLayer("r2", new ActivationLayer(Activation.RELU), "d2")
            .addLayer(
                "dense", new DenseLayer.Builder().nOut(4).activation(Activation.RELU).build(), "r2")
            .addLayer("out", output(4), "dense")
            .setInputTypes(InputType.convolutional(9, 7, 2, format))
            .setOutputs("out"));
  }

  private static SubsamplingLayer.Builder pool(
      SubsamplingLayer.PoolingType type, int size, int stride) {
    return new SubsamplingLayer.Builder(type, new int[] {size, size}).stride(stride, stride);
  }

  private static DepthwiseConvolution2D.Builder depthwise(int kernel) {
    return new DepthwiseConvolution2D.Builder(kernel, kernel).depthMultiplier(1);
  }

  private static GraphBuilder head(GraphBuilder builder, CNN2DFormat format) {
    return builder
        .addLayer(
            "pool",
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2})
                .stride(2, 2)
                .dataFormat(format)
                .build(),
            "r3")
        .addLayer(
            "c3", convolution(3, 5).dataFormat(format).activation(Activation.RELU).build(), "pool")
        .addLayer(
            "dense", new DenseLayer.Builder().nOut(4).activation(Activation.RELU).build(), "c3")
        .addLayer("out", output(4), "dense")
        .setInputTypes(InputType.convolutional(9, 7, 2, format));
  }

  private static void body(GraphBuilder builder, org.deeplearning4j.nn.conf.layers.Layer layer) {
    builder
        .addLayer("c", layer, "in")
        .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "c")
        .addLayer("out", output(0), "mean");
  }

  private static GraphBuilder start() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(0.001))
        .graphBuilder()
        .addInputs("in");
  }

  private static ConvolutionLayer.Builder convolution(int kernel, int out) {
    return new ConvolutionLayer.Builder(kernel, kernel).nOut(out);
  }

  private static OutputLayer output(int in) {
    OutputLayer.Builder output = new OutputLayer.Builder(LossFunction.MCXENT);
    return output.nIn(in).nOut(3).activation(Activation.SOFTMAX).build();
  }

  /** With batch norms that have seen something: their parameters are at no round number. */
  private static ComputationGraph graph(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      layer.paramTable().forEach((key, values) -> shift(key, values));
    }
    return graph;
  }

  private static void shift(String key, INDArray values) {
    if (!key.equals("W")) {
      for (long i = 0; i < values.length(); i++) {
        values.putScalar(i, values.getFloat(i) + 0.05f * (i % 7));
      }
    }
  }

  private Path write(ComputationGraph graph) throws IOException {
    Path file = folder.resolve("users.zip");
    ModelSerializer.writeModel(graph, file.toFile(), true);
    return file;
  }

  private static float[] images() {
    return Nets.images(flat(9, 7, 2), COUNT, 3);
  }

  private static Network flat(int height, int width, int channels) {
    Layer output = new Layer.Output("out", "input", height * width * channels, 3);
    return new Network(height, width, channels, List.of(output));
  }

  private static int[] labels() {
    return new int[] {0, 1, 2, 1, 0};
  }

  private static Tensor named(TrainableNetwork net, String name) {
    return net.parameters().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }
}
