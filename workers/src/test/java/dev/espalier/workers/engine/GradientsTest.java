package dev.espalier.workers.engine;

import static dev.espalier.workers.engine.DoublePrecision.distance;
import static dev.espalier.workers.engine.DoublePrecision.norm;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.NativeImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each fast layer by itself against Deeplearning4j's own in double precision. */
class GradientsTest {
  private static final double TOLERANCE = 3e-6;

  /**
   * A row that reads images of a shape, and how many of them.
   *
   * @param block of the channels of its first input, if it has whole ones; 1 if they are plain
   */
  record Case(Layer row, int height, int width, int channels, int batch, int block) {
    Case(Layer row, int height, int width, int channels, int batch) {
      this(row, height, width, channels, batch, ImageFormat.PLAIN);
    }

    /** The row behind rows that learn, so that it must give the gradient of its input. */
    Network network() {
      List<Layer> rows = new ArrayList<>();
      for (String input : row.inputs()) {
        rows.add(
            new Layer.Convolution(
                input, Network.INPUT, channels, channels, 1, 1, 0, false, Activation.IDENTITY));
      }
      rows.add(row);
      Shape shape = new Shape(height, width, channels);
      Shape output = row.output(row.inputs().stream().map(name -> shape).toList());
      if (block > 1 && !(row instanceof Layer.GlobalAveragePool)) {
        // Images may be blocked only where no dense layer reads any.
        rows.add(new Layer.GlobalAveragePool("pool", row.name()));
        rows.add(new Layer.Output("out", "pool", output.channels(), 2));
      } else {
        rows.add(new Layer.Output("out", row.name(), output.size(), 2));
      }
      return new Network(height, width, channels, rows);
    }

    @Override
    public String toString() {
      return row.canonical()
          + ", "
          + batch
          + "x"
          + height
          + "x"
          + width
          + "x"
          + channels
          + (block > 1 ? " in blocks of " + block : "");
    }
  }

  static Stream<Case> convolutions() {
    return Stream.of(
        convolution(3, 16, 3, 1, 1, false, Activation.IDENTITY, 7, 5, 3),
        convolution(3, 5, 3, 1, 1, true, Activation.RELU, 7, 5, 17),
        convolution(5, 24, 1, 1, 0, false, Activation.IDENTITY, 5, 7, 1),
        convolution(24, 33, 1, 2, 0, true, Activation.RELU6, 7, 5, 3),
        convolution(33, 5, 1, 1, 0, true, Activation.IDENTITY, 1, 1, 17),
        convolution(16, 24, 3, 2, 1, false, Activation.RELU, 9, 6, 3),
        convolution(33, 24, 3, 2, 1, true, Activation.RELU6, 1, 1, 3),
        convolution(24, 16, 3, 1, 0, true, Activation.IDENTITY, 7, 5, 3),
        convolution(3, 5, 5, 1, 2, true, Activation.RELU, 7, 5, 3),
        convolution(5, 33, 5, 2, 2, false, Activation.IDENTITY, 8, 9, 1),
        convolution(16, 16, 5, 1, 0, true, Activation.RELU6, 6, 7, 17),
        // Winograd's, where the machine has it: tiles of 4x4 that fit, that stick out, and one
        // pixel.
        convolution(32, 32, 3, 1, 1, false, Activation.IDENTITY, 8, 8, 3),
        convolution(32, 48, 3, 1, 1, true, Activation.RELU, 7, 5, 17),
        convolution(32, 32, 3, 1, 1, true, Activation.RELU6, 16, 16, 3),
        convolution(64, 32, 3, 1, 1, true, Activation.RELU6, 5, 4, 1),
        convolution(48, 64, 3, 1, 1, false, Activation.IDENTITY, 1, 1, 3),
        depthwise(3, 3, 1, 7, 5, 3),
        depthwise(24, 3, 1, 7, 5, 17),
        depthwise(33, 3, 2, 7, 5, 3),
        depthwise(16, 3, 2, 8, 6, 1),
        depthwise(33, 3, 2, 1, 1, 3),
        depthwise(5, 5, 1, 7, 5, 3),
        depthwise(24, 5, 2, 6, 9, 3),
        depthwise(3, 3, 1, 1, Activation.RELU, 7, 5, 3),
        depthwise(24, 3, 1, 0, Activation.RELU6, 7, 5, 17),
        depthwise(33, 3, 2, 0, Activation.IDENTITY, 8, 6, 3),
        depthwise(16, 5, 2, 3, Activation.RELU6, 7, 5, 1));
  }

  static Stream<Case> norms() {
    List<Case> cases = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      for (boolean logStd : new boolean[] {false, true}) {
        cases.add(batchNorm(3, logStd, activation, 7, 5, 3));
        cases.add(batchNorm(33, logStd, activation, 4, 4, 17));
        cases.add(batchNorm(16, logStd, activation, 6, 6, 1));
        cases.add(batchNorm(24, logStd, activation, 1, 1, 17));
      }
      cases.add(batchNorm(5, false, activation, 1, 1, 1));
    }
    return cases.stream();
  }

  static Stream<Case> sumsAndPools() {
    List<Case> cases = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      cases.add(new Case(new Layer.Add("row", "left", "right", activation), 7, 5, 24, 3));
      cases.add(new Case(new Layer.Add("row", "left", "right", activation), 1, 1, 5, 1));
      cases.add(new Case(new Layer.Add("row", "left", "right", activation), 4, 4, 33, 17));
    }
    cases.add(new Case(Pool.max("row", "left", 2), 7, 5, 3, 17));
    cases.add(new Case(Pool.max("row", "left", 2), 8, 8, 33, 1));
    cases.add(new Case(Pool.max("row", "left", 3), 7, 9, 24, 3));
    cases.add(new Case(Pool.max("row", "left", 1), 1, 1, 5, 3));
    for (Pool.Function function : Pool.Function.values()) {
      cases.add(pool(function, 2, 2, 0, 7, 5, 3, 17));
      cases.add(pool(function, 3, 2, 1, 8, 9, 33, 1));
      cases.add(pool(function, 3, 1, 1, 4, 5, 16, 3));
      cases.add(pool(function, 2, 3, 0, 7, 9, 24, 3));
      cases.add(pool(function, 3, 2, 2, 1, 1, 5, 3));
    }
    Pool same =
        new Pool(
            "row", "left", Pool.Function.AVERAGE, 3, 2, Padding.same(new Shape(8, 7, 5), 3, 2));
    cases.add(new Case(same, 8, 7, 5, 3));
    cases.add(new Case(new Layer.Pad("row", "left", new Padding(0, 1, 2, 3)), 4, 5, 5, 3));
    cases.add(new Case(new Layer.Pad("row", "left", new Padding(1, 1, 1, 1)), 1, 1, 24, 1));
    cases.add(new Case(new Layer.GlobalAveragePool("row", "left"), 7, 5, 33, 3));
    cases.add(new Case(new Layer.GlobalAveragePool("row", "left"), 1, 1, 24, 17));
    cases.add(new Case(new Layer.Dense("row", "left", 105, 7, Activation.RELU), 7, 5, 3, 3));
    cases.add(new Case(new Layer.Dense("row", "left", 33, 24, Activation.RELU6), 1, 1, 33, 17));
    cases.add(new Case(new Layer.Dense("row", "left", 5, 3, Activation.IDENTITY), 1, 1, 5, 1));
    return cases.stream();
  }

  static Stream<Case> blocked() {
    List<Case> cases = new ArrayList<>();
    cases.add(convolution(32, 48, 3, 1, 1, true, Activation.RELU, 7, 5, 17));
    cases.add(convolution(32, 32, 3, 1, 1, false, Activation.IDENTITY, 16, 16, 3));
    cases.add(convolution(48, 64, 3, 1, 1, false, Activation.IDENTITY, 1, 1, 3));
    cases.add(convolution(16, 32, 3, 2, 1, true, Activation.RELU6, 9, 6, 3));
    cases.add(convolution(32, 16, 1, 2, 0, false, Activation.IDENTITY, 7, 5, 3));
    cases.add(convolution(16, 24, 3, 1, 1, true, Activation.RELU, 7, 5, 3));
    // Where AVX2 is all there is these write blocks and read none.
    cases.add(convolution(3, 16, 3, 1, 1, false, Activation.IDENTITY, 7, 5, 17));
    cases.add(convolution(1, 8, 5, 1, 2, true, Activation.RELU6, 8, 6, 3));
    cases.add(convolution(5, 24, 1, 2, 0, true, Activation.RELU, 7, 5, 3));
    // Blocks of 8, but none of 16.
    cases.add(convolution(8, 24, 1, 1, 0, false, Activation.IDENTITY, 7, 5, 3));
    cases.add(convolution(24, 40, 3, 2, 1, false, Activation.IDENTITY, 8, 6, 3));
    cases.add(depthwise(24, 3, 2, 1, Activation.RELU6, 8, 5, 3));
    cases.add(batchNorm(40, false, Activation.RELU6, 7, 5, 3));
    cases.add(depthwise(16, 3, 1, 7, 5, 3));
    cases.add(depthwise(48, 3, 2, 7, 5, 3));
    cases.add(depthwise(32, 3, 2, 0, Activation.RELU6, 7, 5, 3));
    for (Activation activation : Activation.values()) {
      cases.add(batchNorm(32, activation == Activation.RELU, activation, 7, 5, 3));
      cases.add(new Case(new Layer.Add("row", "left", "right", activation), 7, 5, 32, 3));
    }
    cases.add(new Case(Pool.max("row", "left", 2), 7, 5, 16, 17));
    cases.add(pool(Pool.Function.MAX, 3, 2, 1, 7, 6, 32, 3));
    cases.add(pool(Pool.Function.AVERAGE, 3, 1, 1, 7, 6, 32, 3));
    cases.add(new Case(new Layer.Pad("row", "left", new Padding(0, 1, 2, 3)), 4, 5, 32, 3));
    cases.add(new Case(new Layer.GlobalAveragePool("row", "left"), 7, 5, 32, 3));
    return cases.stream()
        .flatMap(
            c ->
                NativeImages.blocks()
                    .mapToObj(
                        block ->
                            new Case(
                                c.row(), c.height(), c.width(), c.channels(), c.batch(), block)));
  }

  @ParameterizedTest
  @MethodSource({"convolutions", "norms", "sumsAndPools", "blocked"})
  void areThoseOfDoublePrecision(Case tried) {
    Network network = tried.network();
    List<Tensor> values = values(tried);
    BuiltGraph built = BuiltGraph.of(network, Engine.ONEDNN);
    built.weights().write(values);
    ComputationGraph exact = DoublePrecision.graph(network, values);
    TrainableNetwork fast = new TrainableNetwork(built);
    try {
      List<String> vertices = DoublePrecision.vertices(tried.row());
      List<INDArray> inputs = inputs(tried);
      INDArray known = forward(exact, vertices, inputs, false);
      List<INDArray> given = new ArrayList<>(inputs);
      if (tried.channels() % tried.block() == 0 && tried.block() > 1) {
        // A second one stays as it is: what is added may lie in the other form.
        given.set(0, Blocks.blocked(inputs.get(0), tried.block()));
      }
      INDArray inferred = Blocks.plain(forward(built.graph(), List.of("row"), given, false));
      assertClose("inference", known, inferred, norm(known));

      INDArray output = forward(exact, vertices, inputs, true);
      INDArray written = forward(built.graph(), List.of("row"), given, true);
      INDArray trained = Blocks.plain(written);
      assertClose("training", output, trained, norm(output));
      Activation activation = DoublePrecision.activation(tried.row());
      assertEquals(0, DoublePrecision.flips(activation, output, trained), "choose another seed");
      assertReachesKinks(activation, output);

      INDArray gradient = random(output.shape(), 1, 7);
      Backward expected = backward(exact, vertices, gradient);
      Backward found = backward(built.graph(), List.of("row"), Blocks.like(written, gradient));
      assertSame(expected, found, norm(gradient));
    } finally {
      fast.close();
      exact.close();
    }
  }

  private record Backward(Map<String, INDArray> parameters, List<INDArray> inputs) {}

  private static void assertSame(Backward expected, Backward found, double outputGradient) {
    assertEquals(expected.parameters().keySet(), found.parameters().keySet());
    double whole =
        Math.sqrt(expected.parameters().values().stream().mapToDouble(g -> sq(norm(g))).sum());
    for (Map.Entry<String, INDArray> of : found.parameters().entrySet()) {
      INDArray exact = Objects.requireNonNull(expected.parameters().get(of.getKey()));
      assertClose(of.getKey(), exact, of.getValue(), whole);
    }
    assertEquals(expected.inputs().size(), found.inputs().size());
    for (int i = 0; i < expected.inputs().size(); i++) {
      INDArray input = expected.inputs().get(i);
      // Batch norm over one value gives the gradient 0.
      double scale = Math.max(norm(input), outputGradient);
      assertClose("input " + i, input, Blocks.plain(found.inputs().get(i)), scale);
    }
  }

  private static void assertClose(String what, INDArray expected, INDArray found, double scale) {
    assertArrayEquals(expected.shape(), found.shape(), what);
    double error = distance(expected, found) / scale;
    assertTrue(error < TOLERANCE, what + ": " + error);
  }

  /** Else nothing would be proved about them. */
  private static void assertReachesKinks(Activation activation, INDArray output) {
    if (activation == Activation.IDENTITY || output.length() < 100) {
      return;
    }
    assertTrue(output.minNumber().doubleValue() == 0, "must be cut off at 0");
    double most = output.maxNumber().doubleValue();
    assertEquals(activation == Activation.RELU6, most == 6, "greatest value " + most);
  }

  private static INDArray forward(
      ComputationGraph graph, List<String> vertices, List<INDArray> inputs, boolean training) {
    graph.initGradientsView();
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    DataType type = graph.params().dataType();
    // Preprocessors ask the graph for the size of the batch.
    graph.setInputs(inputs.get(0).castTo(type));
    GraphVertex first = graph.getVertex(vertices.get(0));
    for (int i = 0; i < inputs.size(); i++) {
      first.setInput(i, inputs.get(i).castTo(type).dup('c'), workspaces);
    }
    INDArray output = first.doForward(training, workspaces);
    for (String next : vertices.subList(1, vertices.size())) {
      graph.getVertex(next).setInput(0, output, workspaces);
      output = graph.getVertex(next).doForward(training, workspaces);
    }
    return output.dup('c');
  }

  private static Backward backward(
      ComputationGraph graph, List<String> vertices, INDArray outputGradient) {
    Map<String, INDArray> parameters = new TreeMap<>();
    INDArray[] gradients = {outputGradient.castTo(graph.params().dataType()).dup('c')};
    for (int i = vertices.size() - 1; i >= 0; i--) {
      GraphVertex vertex = graph.getVertex(vertices.get(i));
      vertex.setEpsilon(gradients[0]);
      Pair<Gradient, INDArray[]> back = vertex.doBackward(false, LayerWorkspaceMgr.noWorkspaces());
      if (back.getFirst() != null) {
        parameters.putAll(back.getFirst().gradientForVariable());
      }
      gradients = back.getSecond();
    }
    return new Backward(parameters, List.of(gradients));
  }

  /** Batch norm must reach 6 as well. */
  private static List<Tensor> values(Case tried) {
    boolean wide = tried.row() instanceof Layer.BatchNorm;
    return Nets.values(tried.network(), 5).stream()
        .map(
            tensor -> {
              float[] values = tensor.values().clone();
              for (int i = 0; i < values.length && tensor.name().equals("row/gamma"); i++) {
                values[i] *= wide ? 4 : 1;
              }
              return tensor.with(values);
            })
        .toList();
  }

  private static List<INDArray> inputs(Case tried) {
    long[] shape = {tried.batch(), tried.height(), tried.width(), tried.channels()};
    List<INDArray> inputs = new ArrayList<>();
    for (int i = 0; i < tried.row().inputs().size(); i++) {
      inputs.add(random(shape, 6, 11 + i));
    }
    return inputs;
  }

  /** Floats in [-scale, scale). */
  private static INDArray random(long[] shape, double scale, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray array = Nd4j.create(DataType.FLOAT, shape, 'c');
    for (int i = 0; i < array.length(); i++) {
      array.data().put(i, (float) (scale * (2 * random.nextDouble() - 1)));
    }
    return array;
  }

  private static double sq(double value) {
    return value * value;
  }

  private static Case convolution(
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      boolean bias,
      Activation activation,
      int height,
      int width,
      int batch) {
    Layer row =
        new Layer.Convolution("row", "left", in, out, kernel, stride, padding, bias, activation);
    return new Case(row, height, width, in, batch);
  }

  private static Case depthwise(
      int channels, int kernel, int stride, int height, int width, int batch) {
    Layer row = new Layer.Depthwise("row", "left", channels, kernel, stride);
    return new Case(row, height, width, channels, batch);
  }

  private static Case depthwise(
      int channels,
      int kernel,
      int stride,
      int padding,
      Activation activation,
      int height,
      int width,
      int batch) {
    Layer row =
        new Layer.Depthwise("row", "left", channels, kernel, stride, padding, true, activation);
    return new Case(row, height, width, channels, batch);
  }

  private static Case pool(
      Pool.Function function,
      int size,
      int stride,
      int padding,
      int height,
      int width,
      int channels,
      int batch) {
    Padding around = new Padding(padding, padding, padding, padding);
    return new Case(
        new Pool("row", "left", function, size, stride, around), height, width, channels, batch);
  }

  private static Case batchNorm(
      int channels, boolean logStd, Activation activation, int height, int width, int batch) {
    Layer row = new Layer.BatchNorm("row", "left", channels, 1e-5, 0.9, logStd, activation);
    return new Case(row, height, width, channels, batch);
  }
}
