package dev.espalier.workers.engine;

import static dev.espalier.workers.engine.DoublePrecision.distance;
import static dev.espalier.workers.engine.DoublePrecision.norm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whole networks against Deeplearning4j's own layers in double precision: loss, every row, every
 * gradient relative to the norm of the whole.
 *
 * <p>A value within rounding of a kink of ReLU or ReLU6 may get the other gradient than in double
 * precision, and one is enough to change all before it. Such seeds are passed over: which they are
 * depends on the processor.
 */
class NetworkGradientsTest {
  private static final double TOLERANCE = 5e-5;
  private static final int SEEDS = 12;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 17})
  void ofEveryKindOfRow(int batch) {
    Network network = Nets.everything();
    assertAgrees(network, seed -> Nets.values(network, seed), batch);
    Network padded = Nets.padded();
    assertAgrees(padded, seed -> Nets.values(padded, seed), batch);
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.125, 16, 8",
    "resnet18, 0.5, 16, 3",
    "resnet18, 0.0625, 9, 17",
    "mobilenetv2, 0.35, 16, 5",
    "mobilenetv2, 0.1, 16, 8",
    "mnist-cnn, 0.5, 12, 3"
  })
  void ofOurArchitectures(String name, BigDecimal width, int size, int batch) {
    DataFacts data = new DataFacts("test", "0", size, size, 3, 10, 10, 10, 10);
    Network network = Networks.of(new Model(name, width), data);
    assertAgrees(network, seed -> Initialization.of(network, seed), batch);
  }

  private static void assertAgrees(Network network, LongFunction<List<Tensor>> values, int batch) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      if (agrees(network, values.apply(seed), batch, seed)) {
        return;
      }
    }
    fail("each of " + SEEDS + " seeds has values on the other side of a kink");
  }

  /** False if values lie on the other side of a kink, so that gradients cannot be compared. */
  private static boolean agrees(Network network, List<Tensor> values, int batch, long seed) {
    BuiltGraph built = BuiltGraph.of(network, Engine.ONEDNN);
    built.weights().write(values);
    TrainableNetwork fast = new TrainableNetwork(built);
    ComputationGraph exact = DoublePrecision.graph(network, values);
    long[] shape = {batch, network.height(), network.width(), network.channels()};
    INDArray images = Nd4j.create(Nets.images(network, batch, seed), shape, 'c');
    INDArray labels = labels(network, batch, seed);
    try {
      if (flips(network, exact, built.graph(), images) > 0) {
        return false;
      }
      assertSameGradients(
          gradients(exact, images, labels), gradients(built.graph(), images, labels));
      assertEquals(exact.score(), built.graph().score(), TOLERANCE * exact.score());
      return true;
    } finally {
      fast.close();
      exact.close();
    }
  }

  /** Also asserts that every row gives what it gives in double precision. */
  private static int flips(
      Network network, ComputationGraph exact, ComputationGraph fast, INDArray images) {
    Map<String, INDArray> expected = exact.feedForward(images.castTo(DataType.DOUBLE), true);
    Map<String, INDArray> found = fast.feedForward(images, true);
    int flips = 0;
    for (Layer row : network.layers()) {
      List<String> vertices = DoublePrecision.vertices(row);
      String last = vertices.get(vertices.size() - 1);
      INDArray right = Objects.requireNonNull(expected.get(last));
      INDArray here = Blocks.plain(Objects.requireNonNull(found.get(row.name())));
      assertClose(row.name(), right, here, norm(right));
      flips += DoublePrecision.flips(DoublePrecision.activation(row), right, here);
    }
    return flips;
  }

  private static Map<String, INDArray> gradients(
      ComputationGraph graph, INDArray images, INDArray labels) {
    graph.setInputs(images.castTo(graph.params().dataType()));
    graph.setLabels(labels.castTo(graph.params().dataType()));
    graph.computeGradientAndScore();
    return new TreeMap<>(graph.gradient().gradientForVariable());
  }

  private static void assertSameGradients(
      Map<String, INDArray> expected, Map<String, INDArray> found) {
    assertEquals(expected.keySet(), found.keySet());
    double whole = 0;
    for (Map.Entry<String, INDArray> one : expected.entrySet()) {
      whole += isStatistic(one.getKey()) ? 0 : Math.pow(norm(one.getValue()), 2);
    }
    for (Map.Entry<String, INDArray> one : found.entrySet()) {
      INDArray right = Objects.requireNonNull(expected.get(one.getKey()));
      // The mean of a convolution behind a batch norm without activation is 0.
      double scale = isStatistic(one.getKey()) ? Math.max(1, norm(right)) : Math.sqrt(whole);
      assertClose(one.getKey(), right, one.getValue(), scale);
    }
  }

  /** What Deeplearning4j subtracts from a running statistic is no gradient. */
  private static boolean isStatistic(String key) {
    return key.endsWith("_mean") || key.endsWith("_var") || key.endsWith("_log10stdev");
  }

  private static void assertClose(String what, INDArray expected, INDArray found, double scale) {
    double error = distance(expected, found) / scale;
    assertTrue(error < TOLERANCE, what + ": " + error);
  }

  private static INDArray labels(Network network, int batch, long seed) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, network.classes());
    int[] classes = Nets.labels(network, batch, seed);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, classes[i], 1);
    }
    return labels;
  }
}
