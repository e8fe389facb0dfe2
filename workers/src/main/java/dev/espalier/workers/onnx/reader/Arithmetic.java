package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.Activated;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onnx.reader.Value.Feature;
import dev.espalier.workers.onnx.reader.Value.Floats;
import dev.espalier.workers.onnx.reader.Value.Pixels;
import dev.espalier.workers.onnx.reader.Value.Probabilities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Functions of every value: sums, numbers for each channel, activations. */
final class Arithmetic {
  /** Anything as large as this is no bound: what programs write for a Clip without one. */
  private static final float NO_BOUND = 3e38f;

  private Arithmetic() {}

  /** {@code factor} times a value plus {@code summand}, by channel. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one node
  private record Affine(double[] factor, double[] summand) {
    /** Of a node with a constant, which comes first or second. */
    static Affine of(String type, double[] constant, boolean first) throws RefusalException {
      int channels = constant.length;
      double[] ones = new double[channels];
      Arrays.fill(ones, type.equals("Sub") && first ? -1 : 1);
      return switch (type) {
        case "Add" -> new Affine(ones, constant);
        case "Sub" -> new Affine(ones, first ? constant : each(constant, c -> -c));
        case "Mul" -> new Affine(constant, new double[channels]);
        default -> {
          if (first || Arrays.stream(constant).anyMatch(c -> c == 0)) {
            throw new RefusalException(
                "must divide by a constant without zeros", first ? "a constant divided" : "zero");
          }
          yield new Affine(each(constant, c -> 1 / c), new double[channels]);
        }
      };
    }

    private static double[] each(double[] values, DoubleUnaryOperator change) {
      return Arrays.stream(values).map(change).toArray();
    }
  }

  /** {@code Add}, {@code Sub}, {@code Mul} and {@code Div}. */
  static Value binary(Node node, TableDraft table) throws RefusalException {
    boolean first = node.input(0) instanceof Floats;
    if (!first && !(node.input(1) instanceof Floats)) {
      if (!node.type().equals("Add")) {
        throw new RefusalException(
            "must have a constant of floats as an input",
            Node.said(node.input(0)) + " and " + Node.said(node.input(1)));
      }
      return sum(node, table);
    }
    int other = first ? 1 : 0;
    Floats constant = node.floats(first ? 0 : 1);
    if (node.input(other) instanceof Pixels pixels && !pixels.bytes()) {
      int axis = pixels.order().channelAxis();
      double[] numbers =
          Broadcast.channels(constant, table.dims(pixels), axis, pixels.scale().size());
      return changed(pixels, Affine.of(node.type(), numbers, first));
    }
    Feature from = table.feature(node, other);
    Shape shape = table.shape(from);
    // An image of several pixels in one vector has no axis of channels.
    boolean hasChannels = !from.order().isFlat() || shape.pixels() == 1;
    int channels = hasChannels ? shape.channels() : 1;
    double[] numbers =
        Broadcast.channels(constant, table.dims(from), from.order().channelAxis(), channels);
    double[] all = new double[shape.channels()];
    Arrays.setAll(all, c -> numbers[hasChannels ? c : 0]);
    return changed(node, from, Affine.of(node.type(), all, first), table);
  }

  private static Pixels changed(Pixels pixels, Affine by) {
    List<Double> scale = new ArrayList<>();
    List<Double> shift = new ArrayList<>();
    for (int c = 0; c < pixels.scale().size(); c++) {
      scale.add(pixels.scale().get(c) * by.factor()[c]);
      shift.add(pixels.shift().get(c) * by.factor()[c] + by.summand()[c]);
    }
    return new Pixels(pixels.order(), false, scale, shift);
  }

  /** Changes the row itself where nothing else reads it and it has parameters; else adds one. */
  private static Value changed(Node node, Feature from, Affine by, TableDraft table)
      throws RefusalException {
    Layer row = table.row(from.row());
    if (row == null
        || row instanceof Layer.Add
        || Activated.of(row) != Activation.IDENTITY
        || !table.hasOneReader(row.name())) {
      return added(node, from, by, table);
    }
    String kernel = row instanceof Layer.BatchNorm ? "gamma" : "W";
    String bias = row instanceof Layer.BatchNorm ? "beta" : "b";
    Layer biased = biased(row);
    float[] before =
        biased.equals(row) ? table.parameter(row, bias) : new float[by.summand().length];
    table.replace(biased, changed(table.parameter(row, kernel), before, kernel, bias, by));
    return from;
  }

  /** The same row with a bias; rows that always have one as they are. */
  private static Layer biased(Layer row) {
    if (row instanceof Layer.Convolution c) {
      return new Layer.Convolution(
          c.name(),
          c.input(),
          c.in(),
          c.out(),
          c.kernel(),
          c.stride(),
          c.padding(),
          true,
          c.activation());
    }
    return row instanceof Layer.Depthwise d
        ? new Layer.Depthwise(
            d.name(),
            d.input(),
            d.channels(),
            d.kernel(),
            d.stride(),
            d.padding(),
            true,
            d.activation())
        : row;
  }

  /** The parameters of a row whose outputs are changed. */
  private static Map<String, float[]> changed(
      float[] kernel, float[] bias, String kernelKey, String biasKey, Affine by) {
    int out = bias.length;
    float[] newKernel = new float[kernel.length];
    float[] newBias = new float[out];
    for (int i = 0; i < kernel.length; i++) {
      newKernel[i] = (float) (kernel[i] * by.factor()[i / (kernel.length / out)]);
    }
    for (int o = 0; o < out; o++) {
      newBias[o] = (float) (bias[o] * by.factor()[o] + by.summand()[o]);
    }
    return Map.of(kernelKey, newKernel, biasKey, newBias);
  }

  /** A depthwise convolution of single pixels. */
  private static Value added(Node node, Feature from, Affine by, TableDraft table)
      throws RefusalException {
    if (from.order().isFlat() || table.isVector(from.row())) {
      throw new RefusalException(
          "numbers for each channel must follow a row with weights that nothing else reads, or read"
              + " images",
          Node.said(from));
    }
    int channels = table.shape(from).channels();
    float[] kernel = new float[channels];
    Arrays.fill(kernel, 1);
    String name = table.names().next(node, "");
    table.add(
        new Layer.Depthwise(name, from.row(), channels, 1, 1, 0, true, Activation.IDENTITY),
        changed(kernel, new float[channels], "W", "b", by));
    return new Feature(name, from.order());
  }

  private static Value sum(Node node, TableDraft table) throws RefusalException {
    Feature left = table.feature(node, 0);
    Feature right = table.feature(node, 1);
    boolean sameOrder = left.order() == right.order();
    if (!sameOrder || !table.dims(left).equals(table.dims(right))) {
      throw new RefusalException(
          "must add values of one shape, which lie in one order",
          "%s of %s and %s of %s"
              .formatted(Node.said(left), table.shape(left), Node.said(right), table.shape(right)));
    }
    String name = table.names().next(node, "");
    table.add(new Layer.Add(name, left.row(), right.row(), Activation.IDENTITY), Map.of());
    return new Feature(name, left.order());
  }

  /** {@code Relu}. */
  static Value relu(Node node, TableDraft table) throws RefusalException {
    return activated(table.feature(node, 0), Activation.RELU, table);
  }

  /** {@code Clip} from 0, to 6 or without an upper bound. */
  static Value clip(Node node, TableDraft table) throws RefusalException {
    boolean attributes = node.operatorSet() < 11;
    float least = attributes ? node.number("min", -NO_BOUND) : bound(node, 1, -NO_BOUND);
    float most = attributes ? node.number("max", NO_BOUND) : bound(node, 2, NO_BOUND);
    if (least != 0 || (most != 6 && most < NO_BOUND)) {
      throw new RefusalException(
          "must clip to [0, 6], or from 0", "[%s, %s]".formatted(least, most));
    }
    Activation activation = most == 6 ? Activation.RELU6 : Activation.RELU;
    return activated(table.feature(node, 0), activation, table);
  }

  private static float bound(Node node, int index, float otherwise) throws RefusalException {
    if (node.optional(index) == null) {
      return otherwise;
    }
    Floats bound = node.floats(index);
    Node.require("number of bounds", 1, bound.values().length);
    return bound.values()[0];
  }

  private static Value activated(Feature from, Activation activation, TableDraft table)
      throws RefusalException {
    table.activate(from.row(), activation);
    return from;
  }

  /** {@code Softmax} over the classes, behind the last row. */
  static Value softmax(Node node, TableDraft table) throws RefusalException {
    Feature from = table.feature(node, 0);
    // Before operator set 13, what comes behind the axis counts as one axis.
    long axis = node.integer("axis", node.operatorSet() < 13 ? 1 : -1);
    int axes = table.dims(from).size();
    long positive = axis < 0 ? axis + axes : axis;
    boolean overClasses =
        table.shape(from).pixels() == 1
            && (positive == from.order().channelAxis()
                || (node.operatorSet() < 13 && positive == 1));
    if (!overClasses) {
      throw new RefusalException(
          "must be over the classes of a vector", "axis %d of %s".formatted(axis, Node.said(from)));
    }
    return new Probabilities(from.row());
  }
}
