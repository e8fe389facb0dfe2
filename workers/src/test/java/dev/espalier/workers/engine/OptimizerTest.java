package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import java.math.BigDecimal;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;

/** Deeplearning4j's own updater on the same graph is the oracle: every bit is equal. */
class OptimizerTest {
  private static final double[] RATES = {0.05, 0.1, 0.0333, 0.01};
  private static final int[] BATCHES = {7, 16, 5, 1};

  @ParameterizedTest
  @CsvSource({
    "mobilenetv2, 0.35, 0.9, 0.0005",
    "resnet18, 0.25, 0.85, 0.001",
    "mnist-cnn, 0.5, 0.9, 0",
    "mnist-cnn, 1, 0, 0.0005"
  })
  void movesWeightsAndVelocitiesAsDeeplearning4jDoes(
      String architecture, BigDecimal width, String momentum, String decay) {
    DataFacts data = new DataFacts("test", "0", 28, 28, 1, 10, 10, 10, 10);
    Network network = Networks.of(new Model(architecture, width), data);
    List<Tensor> start = Initialization.of(network, 1);
    BuiltGraph oracle = BuiltGraph.of(network, Engine.current());
    oracle.weights().write(start);
    prepare(oracle.graph(), Double.parseDouble(momentum), Double.parseDouble(decay));
    try (TrainableNetwork ours = TrainableNetwork.of(network, start)) {
      ours.prepare(Nets.recipe(momentum, decay));
      for (int step = 0; step < RATES.length; step++) {
        int batch = BATCHES[step];
        float[] images = Nets.images(network, batch, step);
        int[] labels = Nets.labels(network, batch, step);
        fit(oracle, images, labels, network.classes(), RATES[step]);
        ours.step(images, labels, RATES[step]);
        assertEqualBits(oracle.weights().read(), ours.parameters());
        float[] velocity = new float[ours.updater().length];
        DenseArrays.floats(oracle.graph().getUpdater().getStateViewArray()).get(0, velocity);
        assertArrayEquals(velocity, ours.updater());
      }
    } finally {
      oracle.graph().close();
    }
  }

  private static void assertEqualBits(List<Tensor> expected, List<Tensor> found) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).values(), found.get(i).values(), expected.get(i).name());
    }
  }

  private static void fit(
      BuiltGraph graph, float[] images, int[] labels, int classes, double rate) {
    for (Layer layer : graph.graph().getLayers()) {
      if (layer.conf().getLayer() instanceof BaseLayer trained
          && trained.getIUpdater() instanceof Nesterovs nesterovs) {
        nesterovs.setLearningRate(rate);
      }
    }
    try (Detached input = graph.input(images, labels.length);
        Detached target = Detached.oneHot(labels, classes)) {
      graph.graph().fit(array(input), array(target));
    }
  }

  private static org.nd4j.linalg.api.ndarray.INDArray[] array(Detached one) {
    return new org.nd4j.linalg.api.ndarray.INDArray[] {one.array()};
  }

  /** As Deeplearning4j trains with Nesterov's momentum and L2 on kernels. */
  private static void prepare(ComputationGraph graph, double momentum, double decay) {
    graph.setListeners(List.of());
    for (Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BaseLayer trained) {
        trained.setIUpdater(new Nesterovs(0.0, momentum));
        trained.setBiasUpdater(null);
        trained.setRegularization(decay > 0 ? List.of(new L2Regularization(decay)) : List.of());
        trained.setRegularizationBias(List.of());
      }
    }
    graph.setUpdater(new ComputationGraphUpdater(graph));
  }
}
