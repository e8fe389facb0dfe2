package dev.espalier.workers.dl4j;

import dev.espalier.workers.facts.DataFacts;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Networks in files of Deeplearning4j: reads a user's and refuses what cannot be trained on the
 * data. Of the file it reads the configuration and the parameters; the updater's state and whatever
 * else is there is ignored. No Java deserialization runs.
 */
public final class ModelFile {
  /** Parameters of a network, 1 GiB of them. */
  private static final long MAX_PARAMETERS = 1L << 28;

  private static final String COEFFICIENTS = "coefficients.bin";

  private ModelFile() {}

  /**
   * A graph without dropout, weight noise and constraints.
   *
   * @param frozen names of its layers that the file says are frozen: the wrappers that would keep
   *     them so are gone
   */
  public record UsersGraph(ComputationGraph graph, Set<String> frozen) {}

  /** The graph in the file. */
  public static UsersGraph read(Path file, DataFacts data) {
    try (ModelArchive archive = ModelArchive.open(file)) {
      ComputationGraphConfiguration configuration = GraphText.read(archive);
      Set<String> frozen =
          configuration.getVertices() == null ? Set.of() : asked(file, () -> unwrap(configuration));
      requireTrainable(file, configuration, data.classes());
      ComputationGraph graph = restore(archive, configuration);
      makeDeterministic(graph);
      return new UsersGraph(graph, frozen);
    }
  }

  /**
   * How many classes the network in a file tells apart; 0 where it does not end in an output layer.
   *
   * @throws IllegalArgumentException if the file has no configuration that can be read
   */
  public static int classes(Path file) {
    try (ModelArchive archive = ModelArchive.open(file)) {
      ComputationGraphConfiguration configuration = GraphText.read(archive);
      List<String> outputs = configuration.getNetworkOutputs();
      if (configuration.getVertices() == null || outputs == null || outputs.size() != 1) {
        return 0;
      }
      asked(file, () -> unwrap(configuration));
      Layer last = layer(configuration.getVertices().get(outputs.get(0)));
      return last instanceof OutputLayer output ? Math.toIntExact(output.getNOut()) : 0;
    }
  }

  private static void requireTrainable(
      Path file, ComputationGraphConfiguration configuration, int classes) {
    Map<String, GraphVertex> vertices = configuration.getVertices();
    List<String> inputs = configuration.getNetworkInputs();
    List<String> outputs = configuration.getNetworkOutputs();
    if (vertices == null || inputs == null || outputs == null) {
      throw ModelArchive.refused(
          file, ModelArchive.SAVED_GRAPH, "a graph without vertices, inputs or outputs");
    }
    if (inputs.size() != 1 || outputs.size() != 1) {
      throw ModelArchive.refused(
          file, "must have one input and one output", inputs.size() + " and " + outputs.size());
    }
    requireClassifier(file, layer(vertices.get(outputs.get(0))), classes);
  }

  /**
   * Takes the wrappers off frozen layers: how their parameters lie stays the same.
   *
   * @return the names of the layers
   */
  private static Set<String> unwrap(ComputationGraphConfiguration configuration) {
    Set<String> frozen = new TreeSet<>();
    configuration
        .getVertices()
        .replaceAll(
            (name, vertex) -> {
              GraphVertex inner = vertex;
              while (inner instanceof FrozenVertex wrapped) {
                frozen.add(name);
                inner = wrapped.getUnderlying();
              }
              return inner;
            });
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex place && isWrapper(layer(vertex))) {
                frozen.add(name);
                Layer inner = unwrapped(place.getLayerConf().getLayer());
                inner.setLayerName(name);
                place.getLayerConf().setLayer(inner);
              }
            });
    return frozen;
  }

  private static boolean isWrapper(@Nullable Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  private static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer wrapper) {
      return unwrapped(wrapper.getLayer());
    }
    return layer instanceof FrozenLayerWithBackprop wrapper
        ? unwrapped(wrapper.getUnderlying())
        : layer;
  }

  private static @Nullable Layer layer(@Nullable GraphVertex vertex) {
    return vertex instanceof LayerVertex of && of.getLayerConf() != null
        ? of.getLayerConf().getLayer()
        : null;
  }

  private static void requireClassifier(Path file, @Nullable Layer last, int classes) {
    String rule = "must end in an OutputLayer with softmax and the loss MCXENT";
    if (!(last instanceof OutputLayer output)) {
      throw ModelArchive.refused(
          file, rule, last == null ? "no layer" : last.getClass().getSimpleName());
    }
    if (!(output.getActivationFn() instanceof ActivationSoftmax)
        || !(output.getLossFn() instanceof LossMCXENT)) {
      throw ModelArchive.refused(
          file,
          rule,
          "an OutputLayer with %s and the loss %s"
              .formatted(
                  output.getActivationFn(),
                  output.getLossFn() == null
                      ? "null"
                      : output.getLossFn().getClass().getSimpleName().replaceFirst("^Loss", "")));
    }
    if (output.getNOut() != classes) {
      throw ModelArchive.refused(
          file, "must have " + classes + " classes, as the data has", "" + output.getNOut());
    }
  }

  private static ComputationGraph restore(
      ModelArchive archive, ComputationGraphConfiguration configuration) {
    Path file = archive.file();
    configuration.setDataType(DataType.FLOAT);
    long expected =
        asked(
            file,
            () ->
                configuration.getVertices().values().stream()
                    .mapToLong(vertex -> vertex.numParams(true))
                    .reduce(0, Math::addExact));
    INDArray parameters = parameters(archive, expected);
    return asked(
        file,
        () -> {
          ComputationGraph graph = new ComputationGraph(configuration);
          graph.init(parameters, false);
          return graph;
        });
  }

  /** What Deeplearning4j says of a configuration; it says no in many ways. */
  private static <T> T asked(Path file, Supplier<T> question) {
    try {
      return question.get();
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException(
          file + ": must be readable by Deeplearning4j, found " + ModelArchive.firstLine(e), e);
    }
  }

  /** Allocates no more than the configuration and the file agree on. */
  private static INDArray parameters(ModelArchive archive, long expected) {
    if (expected < 1 || expected > MAX_PARAMETERS) {
      throw ModelArchive.refused(
          archive.file(), "must have 1 to " + MAX_PARAMETERS + " parameters", "" + expected);
    }
    try (DataInputStream in = archive.stream(COEFFICIENTS)) {
      SavedArray saved = SavedArray.open(in);
      if (!saved.type().equals(DataType.FLOAT.name())) {
        throw ModelArchive.refused(archive.file(), "must have float parameters", saved.type());
      }
      if (saved.length() != expected) {
        throw archive.refused(
            COEFFICIENTS,
            "must hold the " + expected + " parameters of the configuration",
            "" + saved.length());
      }
      INDArray parameters = Nd4j.createUninitialized(DataType.FLOAT, 1, expected);
      saved.readInto(parameters.data().asNioFloat());
      return parameters;
    } catch (IOException e) {
      throw archive.damaged(COEFFICIENTS, e);
    }
  }

  private static void makeDeterministic(ComputationGraph graph) {
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      Layer configuration = layer.conf().getLayer();
      configuration.setIDropout(null);
      configuration.setConstraints(null);
      if (configuration instanceof BaseLayer trained) {
        trained.setWeightNoise(null);
      }
    }
  }
}
