package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onnx.reader.Value.Feature;
import dev.espalier.workers.onnx.reader.Value.Floats;
import dev.espalier.workers.onnx.reader.Value.Order;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Convolutions, batch norms and dense layers: nodes that become rows with parameters. */
final class Convolutions {
  private Convolutions() {}

  /** {@code Conv}. */
  static Value convolution(Node node, TableDraft table) throws RefusalException {
    Feature from = table.channelsFirst(node, 0);
    Shape shape = table.shape(from);
    Floats kernel = matrix(node, 1, 4);
    int out = kernel.dims().get(0).intValue();
    boolean depthwise = isDepthwise(node, shape, kernel.dims());
    Window window = Window.of(node, shape, kernel.dims().subList(2, 4));
    Node.require("kernel_shape", kernel.dims().subList(2, 4), sides(window));
    Map<String, float[]> values = new HashMap<>(Map.of("W", kernel.values()));
    boolean bias = node.optional(2) != null;
    if (bias) {
      values.put("b", vector(node, 2, out));
    }
    String name = table.names().next(node, node.inputName(1));
    if (table.isVector(from.row())) {
      return ofVector(name, from, out, window, depthwise, values, table);
    }
    String input = from.row();
    Integer padding = window.evenPadding(shape);
    if (padding == null) {
      input = padded(name, input, window.padding(), table);
      padding = 0;
    }
    int size = window.size();
    int stride = window.stride();
    Activation none = Activation.IDENTITY;
    table.add(
        depthwise
            ? new Layer.Depthwise(name, input, out, size, stride, padding, bias, none)
            : new Layer.Convolution(
                name, input, shape.channels(), out, size, stride, padding, bias, none),
        values);
    return new Feature(name, Order.CHANNELS_FIRST);
  }

  private static List<Long> sides(Window window) {
    return List.of((long) window.size(), (long) window.size());
  }

  /** Zeros of their own, since those of a convolution are as many on each side. */
  private static String padded(String name, String input, Padding padding, TableDraft table)
      throws RefusalException {
    String pad = table.names().unique(name + ".pad");
    table.add(new Layer.Pad(pad, input, padding), Map.of());
    return pad;
  }

  /** A convolution of a single pixel is a dense layer. */
  private static Value ofVector(
      String name,
      Feature from,
      int out,
      Window window,
      boolean depthwise,
      Map<String, float[]> values,
      TableDraft table)
      throws RefusalException {
    Node.require("kernel of a convolution of vectors", 1, window.size());
    Node.require("padding of a convolution of vectors", Padding.NONE, window.padding());
    if (depthwise) {
      throw new RefusalException("a depthwise convolution must read images", Node.said(from));
    }
    values.putIfAbsent("b", new float[out]);
    int in = table.shape(from).size();
    table.add(new Layer.Dense(name, from.row(), in, out, Activation.IDENTITY), values);
    return new Feature(name, Order.CHANNELS_FIRST);
  }

  private static boolean isDepthwise(Node node, Shape from, List<Long> kernel)
      throws RefusalException {
    long groups = node.integer("group", 1);
    long channels = from.channels();
    boolean each = groups == channels && kernel.get(0) == channels && groups > 1;
    if (groups != 1 && !each) {
      throw new RefusalException(
          "the groups must be 1, or as many as there are channels and filters",
          "%d groups of %d channels and %d filters".formatted(groups, channels, kernel.get(0)));
    }
    Node.require("channels of the kernel", each ? 1L : channels, kernel.get(1));
    return each;
  }

  /** {@code BatchNormalization}. */
  static Value batchNorm(Node node, TableDraft table) throws RefusalException {
    Feature from = table.feature(node, 0);
    Shape shape = table.shape(from);
    if (from.order() == Order.CHANNELS_LAST || (from.order().isFlat() && shape.pixels() > 1)) {
      throw new RefusalException("the channels must be the axis 1", Node.said(from));
    }
    Node.require("training_mode", 0L, node.integer("training_mode", 0));
    Node.require("spatial", 1L, node.integer("spatial", 1));
    int channels = shape.channels();
    Map<String, float[]> values =
        Map.of(
            "gamma", vector(node, 1, channels),
            "beta", vector(node, 2, channels),
            "mean", vector(node, 3, channels),
            "var", vector(node, 4, channels));
    for (float variance : values.getOrDefault("var", new float[0])) {
      if (variance < 0) {
        throw new RefusalException("the variances must be at least 0", variance);
      }
    }
    double epsilon = decimal(node.number("epsilon", 1e-5f));
    double decay = decimal(node.number("momentum", 0.9f));
    if (!(epsilon >= 0 && epsilon <= 1 && decay >= 0 && decay <= 1)) {
      throw new RefusalException(
          "epsilon and momentum must be in [0, 1]", epsilon + " and " + decay);
    }
    String name = table.names().next(node, node.inputName(1));
    table.add(
        new Layer.BatchNorm(name, from.row(), channels, epsilon, decay, false, Activation.IDENTITY),
        values);
    return new Feature(name, from.order());
  }

  /** As its program wrote it: 0.9 rather than the next 32-bit float. */
  private static double decimal(float number) {
    return Double.parseDouble(Float.toString(number));
  }

  /** {@code Gemm}. */
  static Value gemm(Node node, TableDraft table) throws RefusalException {
    Feature from = vectors(node, table);
    Floats matrix = matrix(node, 1, 2);
    Node.require("transA", 0L, node.integer("transA", 0));
    boolean outFirst = node.integer("transB", 0) != 0;
    float alpha = node.number("alpha", 1);
    float beta = node.number("beta", 1);
    float[] kernel = kernel(matrix, outFirst, table.shape(from), from.order());
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] *= alpha;
    }
    int out = matrix.dims().get(outFirst ? 0 : 1).intValue();
    float[] bias = new float[out];
    if (node.optional(2) != null) {
      double[] summand =
          Broadcast.channels(node.floats(2), List.of(table.batch(), (long) out), 1, out);
      for (int i = 0; i < out; i++) {
        bias[i] = (float) (beta * summand[i]);
      }
    }
    return dense(node, from, out, Map.of("W", kernel, "b", bias), table);
  }

  /** {@code MatMul}, to which an {@code Add} may bring the bias. */
  static Value matMul(Node node, TableDraft table) throws RefusalException {
    Feature from = vectors(node, table);
    Floats matrix = matrix(node, 1, 2);
    float[] kernel = kernel(matrix, false, table.shape(from), from.order());
    int out = matrix.dims().get(1).intValue();
    return dense(node, from, out, Map.of("W", kernel, "b", new float[out]), table);
  }

  private static Value dense(
      Node node, Feature from, int out, Map<String, float[]> values, TableDraft table)
      throws RefusalException {
    String name = table.names().next(node, node.inputName(1));
    int in = table.shape(from).size();
    table.add(new Layer.Dense(name, from.row(), in, out, Activation.IDENTITY), values);
    return new Feature(name, Order.FLAT_CHANNELS_FIRST);
  }

  private static Feature vectors(Node node, TableDraft table) throws RefusalException {
    Feature from = table.feature(node, 0);
    if (!from.order().isFlat()) {
      throw new RefusalException("must read vectors, [batch, values]", Node.said(from));
    }
    return from;
  }

  /** As [out, in], the inputs being those of an image in [height, width, channels]. */
  private static float[] kernel(Floats matrix, boolean outFirst, Shape from, Order order)
      throws RefusalException {
    int in = matrix.dims().get(outFirst ? 1 : 0).intValue();
    Node.require("inputs of the matrix", from.size(), in);
    int out = matrix.values().length / in;
    float[] kernel = new float[matrix.values().length];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = matrix.values()[outFirst ? i : i % in * out + i / in];
    }
    return order == Order.FLAT_CHANNELS_FIRST ? from.channelsLast(kernel) : kernel;
  }

  /** A constant of so many axes, none of them empty. */
  private static Floats matrix(Node node, int index, int axes) throws RefusalException {
    Floats floats = node.floats(index);
    if (floats.dims().size() != axes || floats.values().length == 0) {
      throw new RefusalException(
          "input %d must have %d axes, none of size 0".formatted(index + 1, axes), floats.dims());
    }
    return floats;
  }

  private static float[] vector(Node node, int index, int size) throws RefusalException {
    Floats floats = node.floats(index);
    if (!floats.dims().equals(List.of((long) size))) {
      throw new RefusalException(
          "input %d must have %d values".formatted(index + 1, size), "the shape " + floats.dims());
    }
    return floats.values();
  }
}
