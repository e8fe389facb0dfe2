package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.Activated;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.reader.Value.Feature;
import dev.espalier.workers.onnx.reader.Value.Order;
import dev.espalier.workers.onnx.reader.Value.Pixels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table as it grows, node by node, with the values of its parameters. */
final class TableDraft {
  /** Of all rows for one image: 512 MiB of floats. */
  private static final long MOST_ACTIVATIONS = 1L << 27;

  private final Map<String, Layer> rows = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, float[]> parameters = new HashMap<>();
  private final RowNames names = new RowNames();

  /** How many nodes and outputs read a value of the graph. */
  private final Map<String, Integer> consumers;

  /** The values of the graph that are what a row gives. */
  private final Map<String, List<String>> aliases = new HashMap<>();

  private final long batch;
  private @Nullable Pixels input;
  private long activations;

  /**
   * @param batch images at a time; {@link Value#BATCH} where any number may come
   */
  TableDraft(Shape image, long batch, Map<String, Integer> consumers) {
    this.batch = batch;
    this.consumers = consumers;
    shapes.put(Network.INPUT, image);
  }

  /** What a value is of one image. */
  Shape shape(Feature feature) {
    return Objects.requireNonNull(shapes.get(feature.row()), feature.row());
  }

  /** The sizes of the axes of a value. */
  List<Long> dims(Feature feature) {
    return dims(shape(feature), feature.order());
  }

  /** The sizes of the axes of images as they come. */
  List<Long> dims(Pixels pixels) {
    return dims(Objects.requireNonNull(shapes.get(Network.INPUT)), pixels.order());
  }

  private List<Long> dims(Shape shape, Order order) {
    long height = shape.height();
    long width = shape.width();
    long channels = shape.channels();
    return switch (order) {
      case CHANNELS_FIRST -> List.of(batch, channels, height, width);
      case CHANNELS_LAST -> List.of(batch, height, width, channels);
      case FLAT_CHANNELS_FIRST, FLAT_CHANNELS_LAST -> List.of(batch, (long) shape.size());
    };
  }

  /** Images at a time; {@link Value#BATCH} where any number may come. */
  long batch() {
    return batch;
  }

  /** The names of its rows. */
  RowNames names() {
    return names;
  }

  /** An input of a node that is what a row gives, or what the network reads. */
  Feature feature(Node node, int index) throws RefusalException {
    Value value = node.input(index);
    if (value instanceof Pixels pixels) {
      return settled(pixels);
    } else if (value instanceof Feature feature) {
      return feature;
    }
    throw new RefusalException(
        "input %d must be computed from images by known operators".formatted(index + 1),
        Node.said(value));
  }

  /** The same where it must lie as [batch, channels, height, width]. */
  Feature channelsFirst(Node node, int index) throws RefusalException {
    Feature feature = feature(node, index);
    if (feature.order() != Order.CHANNELS_FIRST) {
      throw new RefusalException(
          "must read images as [batch, channels, height, width]", Node.said(feature));
    }
    return feature;
  }

  /** The same where it must also be images, not vectors that lie so. */
  Feature image(Node node, int index) throws RefusalException {
    Feature feature = channelsFirst(node, index);
    if (isVector(feature.row())) {
      throw new RefusalException("must read images", "vectors of " + feature.row());
    }
    return feature;
  }

  /** Whether a row gives [batch, channels] rather than images. */
  boolean isVector(String name) {
    Layer row = rows.get(name);
    if (row == null || row instanceof Layer.Convolution || row instanceof Layer.Depthwise) {
      return false;
    }
    return row instanceof Layer.GlobalAveragePool
        || row instanceof Layer.Dense
        || isVector(row.inputs().get(0));
  }

  /**
   * What the network reads, once it is more than numbers for each channel.
   *
   * @throws RefusalException if another part of the graph reads it otherwise
   */
  private Feature settled(Pixels pixels) throws RefusalException {
    Pixels before = input;
    if (pixels.bytes()) {
      throw new RefusalException("must read bytes through a Cast to FLOAT", "bytes");
    }
    if (before != null
        && !(before.scale().equals(pixels.scale()) && before.shift().equals(pixels.shift()))) {
      throw new RefusalException(
          "must read images that are normalized as for the nodes before", "another normalization");
    }
    input = pixels;
    return new Feature(Network.INPUT, pixels.order());
  }

  /** How the network reads pixels; null where no row reads them. */
  @Nullable Pixels input() {
    return input;
  }

  /**
   * Adds a row.
   *
   * @param values of its parameters, by their key
   */
  void add(Layer row, Map<String, float[]> values) throws RefusalException {
    try {
      Shape shape = row.output(row.inputs().stream().map(from -> shape(from)).toList());
      activations += shape.size();
      if (activations > MOST_ACTIVATIONS) {
        throw new RefusalException(
            "rows must give at most " + MOST_ACTIVATIONS + " values for an image",
            "an image of " + shape);
      }
      for (Parameter parameter : row.parameters(shape)) {
        put(parameter, values.get(parameter.key()));
      }
      rows.put(row.name(), row);
      shapes.put(row.name(), shape);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new RefusalException("must fit to what it reads", e.getMessage());
    }
  }

  private Shape shape(String row) {
    return Objects.requireNonNull(shapes.get(row), row);
  }

  private void put(Parameter parameter, float @Nullable [] values) throws RefusalException {
    if (values == null || values.length != parameter.size()) {
      throw new RefusalException(
          "must have %d values as %s".formatted(parameter.size(), parameter.key()),
          values == null ? "none" : values.length);
    }
    parameters.put(parameter.name(), values);
  }

  /** Says that a value of the graph is what a row gives. */
  void alias(String value, String row) {
    aliases.computeIfAbsent(row, any -> new ArrayList<>()).add(value);
  }

  /** Whether a single node reads what a row gives, not counting those that hand it on as it is. */
  boolean hasOneReader(String row) {
    List<String> values = aliases.getOrDefault(row, List.of());
    int readers = values.stream().mapToInt(value -> consumers.getOrDefault(value, 0)).sum();
    return readers - (values.size() - 1) == 1;
  }

  /** The row of a name; null for the image. */
  @Nullable Layer row(String name) {
    return rows.get(name);
  }

  /** A parameter of a row. */
  float[] parameter(Layer row, String key) {
    return Objects.requireNonNull(parameters.get(row.name() + "/" + key), row.name());
  }

  /** Puts a row in the place of the one of its name, which gives the same shape. */
  void replace(Layer row, Map<String, float[]> values) {
    rows.put(row.name(), row);
    values.forEach((key, numbers) -> parameters.put(row.name() + "/" + key, numbers));
  }

  /**
   * Gives a row, which a single node reads, an activation. Behind a greatest of squares, or zeros
   * around an image, it may as well stand in front of them: it is monotone, and keeps zero.
   */
  void activate(String name, Activation activation) throws RefusalException {
    Layer row = rows.get(name);
    if (row == null || !hasOneReader(name)) {
      throw new RefusalException(
          "an activation must be the only reader of a row",
          row == null ? "the input of the graph" : "other readers of " + name);
    }
    Activation before = Activated.of(row);
    if (before != null) {
      rows.put(name, Objects.requireNonNull(Activated.with(row, both(before, activation))));
    } else if (row instanceof Layer.Pad pad) {
      activate(pad.input(), activation);
    } else if (row instanceof Pool pool && pool.function() == Pool.Function.MAX) {
      activate(pool.input(), activation);
    } else {
      throw new RefusalException(
          "an activation must follow a row that can have one", row.canonical());
    }
  }

  /** One after the other. */
  private static Activation both(Activation first, Activation then) {
    return first == Activation.RELU6 || then == Activation.IDENTITY ? first : then;
  }

  /**
   * The table, whose last row becomes the one that gives the classes.
   *
   * @param last the row of the graph's outputs
   */
  WeightedNetwork ending(String last) throws RefusalException {
    if (!(rows.get(last) instanceof Layer.Dense dense)
        || dense.activation() != Activation.IDENTITY) {
      Layer found = rows.get(last);
      throw new RefusalException(
          "the outputs must be what a dense layer without activation gives (Gemm, or MatMul and"
              + " Add), or its Softmax",
          found == null ? "the input" : found.canonical());
    }
    rows.remove(last);
    rows.put(last, new Layer.Output(last, dense.input(), dense.in(), dense.out()));
    Shape image = shape(Network.INPUT);
    try {
      Network network =
          new Network(
              image.height(), image.width(), image.channels(), new ArrayList<>(rows.values()));
      Map<String, Tensor> tensors = new HashMap<>();
      network
          .layout()
          .forEach(
              parameter ->
                  tensors.put(
                      parameter.name(),
                      parameter.with(Objects.requireNonNull(parameters.get(parameter.name())))));
      return WeightedNetwork.of(network, tensors);
    } catch (IllegalArgumentException e) {
      throw new RefusalException("must be a network", e.getMessage());
    }
  }
}
