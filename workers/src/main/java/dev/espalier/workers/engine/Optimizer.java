package dev.espalier.workers.engine;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Deeplearning4j's own SGD with Nesterov momentum and L2 on kernels, for one graph. */
final class Optimizer implements AutoCloseable {
  private final ComputationGraph graph;
  private final Nesterovs nesterovs;
  private final INDArray state;
  private final FloatBuffer velocity;

  /**
   * Deeplearning4j's L2 weight decay, but for its term in the score: that would cost two norms of
   * every kernel in each step, and the loss that is reported is the cross-entropy alone.
   */
  private record UnscoredDecay(L2Regularization decay) implements Regularization {
    @Override
    public ApplyStep applyStep() {
      return decay.applyStep();
    }

    @Override
    public void apply(INDArray weights, INDArray gradient, double rate, int iteration, int epoch) {
      decay.apply(weights, gradient, rate, iteration, epoch);
    }

    @Override
    public double score(INDArray weights, int iteration, int epoch) {
      return 0;
    }

    @Override
    @SuppressWarnings(
        "NoSuperCloneCall") // the interface asks for a copy, and this one is immutable
    public Regularization clone() {
      return this;
    }
  }

  /** Velocity starts at zero. */
  Optimizer(ComputationGraph graph, double momentum, double weightDecay) {
    this.graph = graph;
    graph.setListeners(List.of());
    // One object for all layers: setting its rate is what a step costs, not a new updater.
    nesterovs = new Nesterovs(0.0, momentum);
    List<Regularization> kernels =
        weightDecay > 0 ? List.of(new UnscoredDecay(new L2Regularization(weightDecay))) : List.of();
    for (Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BaseLayer trained) {
        trained.setIUpdater(nesterovs);
        trained.setBiasUpdater(null);
        trained.setRegularization(kernels);
        trained.setRegularizationBias(List.of());
        trained.setGradientNormalization(GradientNormalization.None);
      }
    }
    graph.setUpdater(new ComputationGraphUpdater(graph));
    state = graph.getUpdater().getStateViewArray();
    velocity = DenseArrays.floats(state);
  }

  /** One value for each trained one, not a copy. */
  FloatBuffer velocity() {
    return velocity;
  }

  /**
   * Lets {@code change} see and change the gradients of every step: sums over the batch, in the
   * order of the graph's parameters, before the optimizer divides them by the number of images,
   * adds the weight decay and moves the weights.
   */
  void beforeUpdates(Consumer<FloatBuffer> change) {
    graph.setListeners(
        List.of(
            new BaseTrainingListener() {
              @Override
              public void onGradientCalculation(Model model) {
                change.accept(DenseArrays.floats(graph.getFlattenedGradients()));
              }
            }));
  }

  /** The mean cross-entropy before the step. */
  double step(INDArray images, INDArray labels, double learningRate) {
    nesterovs.setLearningRate(learningRate);
    graph.fit(new INDArray[] {images}, new INDArray[] {labels});
    return graph.score();
  }

  @Override
  public void close() {
    if (state.closeable()) {
      state.close();
    }
  }
}
