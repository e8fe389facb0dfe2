package dev.espalier.workers.engine;

import dev.espalier.workers.onednn.NativeBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * SGD with Nesterov momentum and L2 weight decay on kernels, for one graph. Deeplearning4j computes
 * the gradients; its own updater would cost more than the arithmetic of a small network.
 */
final class Optimizer implements AutoCloseable {
  /** Values that are in the processor's first cache while they are updated. */
  private static final int CHUNK = 2048;

  private final ComputationGraph graph;
  private final List<Weights.Span> spans;
  private final FloatBuffer weights;
  private final NativeBuffer state = new NativeBuffer();
  private final FloatBuffer velocity;
  private final float momentum;
  private final float decay;
  private final float[] weight = new float[CHUNK];
  private final float[] gradient = new float[CHUNK];
  private final float[] speed = new float[CHUNK];
  private Consumer<FloatBuffer> change = gradients -> {};

  /** Velocity starts at zero. */
  Optimizer(ComputationGraph graph, Weights weights, double momentum, double weightDecay) {
    this.graph = graph;
    this.spans = weights.spans();
    this.weights = weights.flat();
    this.momentum = (float) momentum;
    this.decay = (float) weightDecay;
    int trained = spans.stream().filter(Weights.Span::isTrained).mapToInt(Weights.Span::size).sum();
    velocity = NativeBuffer.floats(state.atLeast((long) trained * Float.BYTES), trained).asBuffer();
    velocity.put(0, new float[trained]);
    withoutRegularization(graph);
  }

  /** The loss that is reported is the cross-entropy alone, also of a user's own network. */
  private static void withoutRegularization(ComputationGraph graph) {
    for (Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BaseLayer trained) {
        trained.setRegularization(List.of());
        trained.setRegularizationBias(List.of());
      }
    }
  }

  /** One value for each trained one, not a copy. */
  FloatBuffer velocity() {
    return velocity;
  }

  /**
   * Lets {@code consumer} see and change the gradients of every step: sums over the batch, in the
   * order of the graph's parameters.
   */
  void beforeUpdates(Consumer<FloatBuffer> consumer) {
    change = consumer;
  }

  /** The mean cross-entropy before the step. */
  double step(INDArray images, INDArray labels, double learningRate) {
    graph.setInputs(images);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    FloatBuffer gradients = DenseArrays.floats(graph.getFlattenedGradients());
    change.accept(gradients);
    long batch = images.size(0);
    for (Weights.Span span : spans) {
      update(span, gradients, (float) batch, (float) learningRate);
    }
    return graph.score();
  }

  private void update(Weights.Span span, FloatBuffer gradients, float batch, float rate) {
    for (int done = 0; done < span.size(); done += CHUNK) {
      int count = Math.min(CHUNK, span.size() - done);
      int at = span.start() + done;
      weights.get(at, weight, 0, count);
      gradients.get(at, gradient, 0, count);
      if (span.isTrained()) {
        velocity.get(span.state() + done, speed, 0, count);
        Nesterov.mean(gradient, count, batch);
        if (span.decays() && decay > 0) {
          Nesterov.decay(weight, gradient, count, decay);
        }
        Nesterov.move(weight, gradient, speed, count, momentum, rate);
        velocity.put(span.state() + done, speed, 0, count);
      } else {
        Nesterov.subtract(weight, gradient, count);
      }
      weights.put(at, weight, 0, count);
    }
  }

  @Override
  public void close() {
    state.close();
  }
}
