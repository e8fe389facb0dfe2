package dev.espalier.workers.engine;

import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.inference.Inference;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onednn.ThreadScratch;
import dev.espalier.workers.stage.BatchStatistics;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.ForwardPass;
import dev.espalier.workers.stage.Hold;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.jspecify.annotations.Nullable;

/**
 * A network in native memory that can be trained and asked. One thread uses it at a time, and the
 * last one closes it; other threads may use others at the same time, and get the same bits.
 */
public final class TrainableNetwork implements FloatNetwork, ForwardPass {
  private final BuiltGraph built;
  private final ComputationGraph graph;
  private final Weights weights;
  private final @Nullable Inference inference;
  private @Nullable Optimizer optimizer;
  private Held held = Held.NOTHING;

  TrainableNetwork(BuiltGraph built) {
    this.built = built;
    graph = built.graph();
    weights = built.weights();
    inference = built.inference();
  }

  /**
   * The network of a table, computed by this process's engine.
   *
   * @param parameters all of them, in the order of {@link Network#layout()}
   * @throws IllegalArgumentException if they are not, or the engine cannot compute a row
   */
  public static TrainableNetwork of(Network network, List<Tensor> parameters) {
    return of(network, parameters, Engine.current());
  }

  static TrainableNetwork of(Network network, List<Tensor> parameters, Engine engine) {
    TrainableNetwork net = new TrainableNetwork(BuiltGraph.of(network, engine));
    net.parameters(parameters);
    return net;
  }

  /**
   * The user's own network: an ONNX file, or a Deeplearning4j ComputationGraph. Where no table says
   * what a graph computes it runs on its own, slower layers; its dropout is always left out.
   *
   * @throws IllegalArgumentException if it is something else, or does not fit the images and
   *     classes
   */
  public static TrainableNetwork load(Path file, DataFacts data) {
    Engine.current();
    return new TrainableNetwork(BuiltGraph.load(file, data));
  }

  /** The network of a table, to be asked alone: without a graph where oneDNN predicts. */
  public static FloatNetwork asked(WeightedNetwork network, Engine engine) {
    return engine == Engine.ONEDNN
        ? new FloatPredictor(network)
        : of(network.network(), network.tensors(), engine);
  }

  /** All parameters without their values, in network order. */
  public List<Parameter> layout() {
    return built.parameters();
  }

  /** Copies of all parameters, in network order, values in canonical order. */
  public List<Tensor> parameters() {
    return weights.read();
  }

  /**
   * Writes all parameters.
   *
   * @throws IllegalArgumentException if they are not those of this network, in its order
   */
  public void parameters(List<Tensor> tensors) {
    weights.write(tensors);
    parametersChanged();
  }

  /** What of a user's own network was frozen: names of parameters. */
  public Set<String> frozen() {
    return layout().stream()
        .filter(parameter -> built.frozen().contains(parameter.layer()))
        .map(Parameter::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How many labels it tells apart. */
  public int classes() {
    return built.classes();
  }

  /**
   * The table from which {@link #of} makes the same network; null if it is a user's own network
   * that only its graph describes.
   */
  public @Nullable Network table() {
    return built.plainTable();
  }

  /**
   * What it computes, as a table with copies of its parameters.
   *
   * @throws InexpressibleException if it is a user's own network that no table expresses
   */
  @Override
  public WeightedNetwork weighted() throws InexpressibleException {
    return built.weighted();
  }

  /** Makes it ready for {@link #step}, with zero velocity; what was held is held no more. */
  public void prepare(Recipe recipe) {
    if (optimizer != null) {
      optimizer.close();
    }
    optimizer =
        new Optimizer(
            graph, weights, recipe.momentum().doubleValue(), recipe.weightDecay().doubleValue());
    held = Held.NOTHING;
    Norms.freeze(graph, layout(), Map.of());
  }

  /**
   * Keeps from now on what {@code holds} say. Pruned weights are set to +0.0, and again after every
   * step, their velocities too. Weights that share a value are moved as one parameter. Frozen
   * values stay as they are, and a batch norm whose running mean is frozen normalizes by its
   * running statistics. It may be called again between two steps; then the holds of before are
   * replaced, and the velocity of what is still trained stays.
   *
   * @param holds by the name of the parameter
   * @param centroids the gradient of a shared value
   */
  public void hold(Map<String, Hold> holds, CentroidGradient centroids) {
    Optimizer ready = optimizer();
    held = Held.of(holds, centroids, weights);
    held.restore(weights.flat(), ready.velocity());
    Norms.freeze(graph, layout(), holds);
    if (held.joinsGradients()) {
      ready.beforeUpdates(held::join);
    }
    parametersChanged();
  }

  /**
   * One step of SGD with Nesterov momentum.
   *
   * @param images normalized, [batch, height, width, channels]
   * @param labels one for each image, in [0, classes)
   * @return the mean cross-entropy of the batch before the step, without the weight decay's term;
   *     NaN if training has diverged
   */
  public double step(float[] images, int[] labels, double learningRate) {
    Optimizer ready = optimizer();
    parametersChanged();
    try (Detached input = built.input(images, labels.length);
        Detached target = Detached.oneHot(labels, classes())) {
      double loss = ready.step(input.array(), target.array(), learningRate);
      held.restore(weights.flat(), ready.velocity());
      return loss;
    }
  }

  /** Drops values in the next {@link #step} by masks that are drawn from this key. */
  public void drop(long seed, long step) {
    DropoutRuntime.drawAll(graph, seed, step);
  }

  /** The velocity of every trained value, in the graph's own order. */
  public float[] updater() {
    FloatBuffer state = optimizer().velocity();
    float[] copy = new float[state.capacity()];
    state.get(0, copy);
    return copy;
  }

  /** Writes what {@link #updater()} gave, bit for bit. */
  public void updater(float[] state) {
    FloatBuffer velocity = optimizer().velocity();
    if (state.length != velocity.capacity()) {
      throw new IllegalArgumentException(
          "an updater state must have " + velocity.capacity() + " values, found " + state.length);
    }
    velocity.put(0, state);
  }

  @Override
  public float[] predict(float[] images, int count) {
    if (inference != null) {
      built.image().requireImages(images, count);
      return inference.predict(images, count);
    }
    try (Detached input = built.input(images, count);
        Detached output = new Detached(graph.output(false, input.array())[0])) {
      float[] probabilities = new float[count * classes()];
      if (!DenseArrays.isDense(output.array())) {
        throw new IllegalStateException("an output must be dense, found " + output.array());
      }
      DenseArrays.floats(output.array()).get(0, probabilities);
      return probabilities;
    }
  }

  @Override
  public Map<String, BatchStatistics> batchStatistics(
      float[] images, int batch, Map<String, Hold> holds) {
    return Norms.overBatches(built, holds, images, batch);
  }

  @Override
  public Map<String, double[]> meanAbsolute(Set<String> rows, float[] images) {
    return ChannelMeans.of(rowsOfTable(), rows, images);
  }

  @Override
  public void activations(Set<String> rows, float[] images, BiConsumer<String, float[]> sink) {
    rowsOfTable().of(rows, images, sink);
  }

  @Override
  public float[] probabilities(WeightedNetwork other, float[] images) {
    try (FloatNetwork network = asked(other, built.engine())) {
      return InBatches.predicted(other.network(), images, network::predict);
    }
  }

  private Activations rowsOfTable() {
    Network table = Objects.requireNonNull(table(), "a network without a table has no rows");
    return new Activations(graph, built.engine(), table);
  }

  /**
   * Writes a Deeplearning4j ComputationGraph of standard layers, without the updater's state: any
   * program with Deeplearning4j reads it. One that was loaded keeps its own layers and format;
   * dropout is left out.
   *
   * @throws InexpressibleException if no standard layer computes a row of its table
   * @throws UncheckedIOException if the file cannot be written
   */
  public void save(Path modelZip) throws InexpressibleException {
    built.save(modelZip);
  }

  /** Frees its native memory and this thread's scratch memory; from the thread that used it. */
  @Override
  public void close() {
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof AddRuntime add) {
        add.close();
      } else if (vertex.hasLayer()) {
        vertex.getLayer().close();
      }
    }
    if (optimizer != null) {
      optimizer.close();
    }
    if (inference != null) {
      inference.close();
    }
    ThreadScratch.release();
    BuiltGraph.free(graph);
  }

  private void parametersChanged() {
    if (inference != null) {
      inference.parametersChanged();
    }
  }

  private Optimizer optimizer() {
    if (optimizer == null) {
      throw new IllegalStateException("prepare must be called before training");
    }
    return optimizer;
  }
}
