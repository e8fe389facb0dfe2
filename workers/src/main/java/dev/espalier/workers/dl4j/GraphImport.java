package dev.espalier.workers.dl4j;

import dev.espalier.workers.model.Activated;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

/**
 * Turns a graph that somebody else built into a table that computes the same: rows have the names
 * of the layers, and activations that stand alone move into the row before them.
 */
public final class GraphImport {
  /**
   * A network that computes what a graph does.
   *
   * @param channelsFirst what dense layers read, by their names, where the graph flattens it as
   *     [channels, height, width]: our own flatten it as [height, width, channels]
   */
  public record ImportedNetwork(Network network, Map<String, Shape> channelsFirst) {

    /** The table with the parameters of the graph, dense kernels in the table's own order. */
    public WeightedNetwork with(List<Tensor> parameters) {
      Map<String, Tensor> byName = new HashMap<>();
      for (Tensor tensor : parameters) {
        Shape flattened = channelsFirst.get(tensor.layer());
        byName.put(
            tensor.name(),
            flattened == null || !tensor.kind().isKernel()
                ? tensor
                : tensor.with(flattened.channelsLast(tensor.values())));
      }
      return WeightedNetwork.of(network, byName);
    }
  }

  /**
   * What a vertex gives: the value of a row.
   *
   * @param vector whether it is [batch, values]
   */
  private record Value(String row, Shape shape, boolean vector) {}

  private final ComputationGraphConfiguration configuration;
  private final InputLayout layout;
  private final CNN2DFormat format;
  private final StandardLayers layers;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Layer> rows = new LinkedHashMap<>();
  private final Map<String, Shape> channelsFirst = new HashMap<>();

  private GraphImport(ComputationGraph graph, Shape image, InputLayout layout) {
    configuration = graph.getConfiguration();
    this.layout = layout;
    format = layout == InputLayout.NHWC ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    layers = new StandardLayers(format);
    String input = configuration.getNetworkInputs().get(0);
    values.put(input, new Value(Network.INPUT, image, false));
  }

  /**
   * The table of a graph that can read such images.
   *
   * @throws InexpressibleException if no table computes exactly what the graph does
   */
  public static ImportedNetwork of(ComputationGraph graph, Shape image, InputLayout layout)
      throws InexpressibleException {
    GraphImport imported = new GraphImport(graph, image, layout);
    String last = "";
    try {
      for (int index : graph.topologicalSortOrder()) {
        String vertex = graph.getVertices()[index].getVertexName();
        if (!imported.values.containsKey(vertex)) {
          last = vertex;
          imported.add(vertex);
        }
      }
      List<Layer> rows = new ArrayList<>(imported.rows.values());
      Network network = new Network(image.height(), image.width(), image.channels(), rows);
      return new ImportedNetwork(network, imported.channelsFirst);
    } catch (IllegalArgumentException e) {
      throw new InexpressibleException(
          last, "must fit into a table", String.valueOf(e.getMessage()));
    }
  }

  private void add(String name) throws InexpressibleException {
    GraphVertex vertex = Objects.requireNonNull(configuration.getVertices().get(name), name);
    List<String> inputs = Objects.requireNonNull(configuration.getVertexInputs().get(name), name);
    if (vertex instanceof LayerVertex layer && inputs.size() == 1) {
      add(name, inputs.get(0), layer);
    } else if (vertex instanceof ElementWiseVertex sum
        && sum.getOp() == ElementWiseVertex.Op.Add
        && inputs.size() == 2) {
      Value left = image(name, inputs.get(0), null);
      Value right = image(name, inputs.get(1), null);
      put(new Layer.Add(name, left.row(), right.row(), Activation.IDENTITY), false);
    } else {
      throw new InexpressibleException(
          name,
          "must be a layer, or a sum of two",
          vertex.getClass().getSimpleName() + " of " + inputs.size());
    }
  }

  private void add(String name, String read, LayerVertex vertex) throws InexpressibleException {
    requireUsualTraining(name, vertex.getLayerConf());
    org.deeplearning4j.nn.conf.layers.Layer layer = vertex.getLayerConf().getLayer();
    InputPreProcessor before = vertex.getPreProcessor();
    if (layer.getClass() == ActivationLayer.class && before == null) {
      IActivation function = ((ActivationLayer) layer).getActivationFn();
      activate(name, read, StandardLayers.activation(name, function));
    } else if (layer.getClass() == DropoutLayer.class && before == null) {
      values.put(name, value(read));
    } else if (layer instanceof DenseLayer || layer instanceof OutputLayer) {
      Value from = flat(name, read, before);
      put(layers.row(name, from.row(), from.shape(), layer), true);
    } else {
      Value from = image(name, read, before);
      String input = padded(name, from, layer);
      Layer row = layers.row(name, input, from.shape(), layer);
      put(row, row instanceof Layer.GlobalAveragePool);
    }
  }

  /** What a layer reads, with the zeros around it that no convolution can have. */
  private String padded(String name, Value from, org.deeplearning4j.nn.conf.layers.Layer layer)
      throws InexpressibleException {
    Padding padding = layers.padding(name, from.shape(), layer);
    if (padding.equals(Padding.NONE)) {
      return from.row();
    }
    String row = name + ".pad";
    while (configuration.getVertices().containsKey(row)) {
      row += "_";
    }
    put(new Layer.Pad(row, from.row(), padding), false);
    return row;
  }

  private void put(Layer row, boolean vector) throws InexpressibleException {
    if (row.name().equals(Network.INPUT)) {
      throw new InexpressibleException(row.name(), "must have another name", row.name());
    }
    Map<String, Shape> shapes = new HashMap<>();
    values.values().forEach(value -> shapes.put(value.row(), value.shape()));
    Shape shape = row.output(row.inputs().stream().map(name -> shape(shapes, name)).toList());
    rows.put(row.name(), row);
    values.put(row.name(), new Value(row.name(), shape, vector));
  }

  /** An activation that nobody looks behind moves into the row before it. */
  private void activate(String name, String input, Activation activation)
      throws InexpressibleException {
    Value from = value(input);
    if (activation != Activation.IDENTITY) {
      Layer row = rows.get(from.row());
      if (row == null || readers(from.row()) != 1) {
        throw new InexpressibleException(
            name, "must be the only reader of the layer before it", readers(from.row()));
      }
      rows.put(from.row(), activated(name, row, activation));
    }
    values.put(name, from);
  }

  /** Of a row's value, but for the vertices that pass it on as it is. */
  private long readers(String row) {
    long vertices = values.values().stream().filter(value -> value.row().equals(row)).count();
    long readers =
        configuration.getVertexInputs().values().stream()
            .flatMap(Collection::stream)
            .filter(input -> values.containsKey(input) && value(input).row().equals(row))
            .count();
    return readers - (vertices - 1);
  }

  private static Layer activated(String name, Layer row, Activation activation)
      throws InexpressibleException {
    Layer activated = Activated.with(row, activation);
    if (activated != null && Activated.of(row) == Activation.IDENTITY) {
      return activated;
    }
    throw new InexpressibleException(
        name, "must follow a layer that can have an activation and has none", row.canonical());
  }

  private Value value(String vertex) {
    Value value = values.get(vertex);
    if (value == null) {
      throw new IllegalArgumentException("no earlier vertex is named " + vertex);
    }
    return value;
  }

  private static Shape shape(Map<String, Shape> shapes, String row) {
    Shape shape = shapes.get(row);
    if (shape == null) {
      throw new IllegalArgumentException("no earlier row is named " + row);
    }
    return shape;
  }

  /** What a layer over images reads. */
  private Value image(String name, String input, @Nullable InputPreProcessor before)
      throws InexpressibleException {
    Value from = value(input);
    boolean flatInput = layout == InputLayout.FLAT && from.row().equals(Network.INPUT);
    boolean reads =
        flatInput
            ? before instanceof FeedForwardToCnnPreProcessor made
                && made.getInputHeight() == from.shape().height()
                && made.getInputWidth() == from.shape().width()
                && made.getNumChannels() == from.shape().channels()
            : before == null && !from.vector();
    if (!reads) {
      throw new InexpressibleException(
          name, "must read images as they come", before == null ? "vectors" : before);
    }
    return from;
  }

  /** What a dense layer reads. */
  private Value flat(String name, String input, @Nullable InputPreProcessor before)
      throws InexpressibleException {
    Value from = value(input);
    boolean flatInput = layout == InputLayout.FLAT && from.row().equals(Network.INPUT);
    boolean reads =
        (from.vector() || flatInput)
            ? before == null
            : before instanceof CnnToFeedForwardPreProcessor flatten
                && flatten.getFormat() == format;
    if (!reads) {
      throw new InexpressibleException(
          name, "must read vectors, or images flattened as " + format, String.valueOf(before));
    }
    if (!from.vector() && format == CNN2DFormat.NCHW) {
      channelsFirst.put(name, from.shape());
    }
    return from;
  }

  private static void requireUsualTraining(String name, NeuralNetConfiguration configuration)
      throws InexpressibleException {
    if (!configuration.isMiniBatch()
        || !configuration.isMinimize()
        || configuration.getOptimizationAlgo()
            != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw new InexpressibleException(
          name,
          "must be trained by the gradient of a batch's mean",
          configuration.getOptimizationAlgo());
    }
  }
}
