package dev.espalier.workers.tflite;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes a graph operator by operator. Operators read each other by the names of their values. */
final class GraphBuilder {
  static final String IMAGE = "image";
  static final String PROBABILITIES = "probabilities";

  private final List<GraphTensor> tensors = new ArrayList<>();
  private final List<Graph.Step> steps = new ArrayList<>();
  private final Map<String, Integer> values = new HashMap<>();

  /** The sizes of padding that there are already, by pixels on each side. */
  private final Map<Integer, Integer> paddings = new HashMap<>();

  /**
   * What an operator gives.
   *
   * @param affine what integers stand for; null for floats
   */
  record Value(String name, Shape shape, @Nullable Affine affine) {}

  GraphBuilder(Value image) {
    values.put(image.name(), add(tensor(IMAGE, imageShape(image.shape()), image.affine())));
  }

  /** The graph of all operators so far; the last one gives the probabilities. */
  Graph build() {
    return new Graph(tensors, steps, 0, steps.get(steps.size() - 1).output());
  }

  /** Floats of the integers of {@code input}. */
  void dequantize(Value gives, String input) {
    step(new Operator.Dequantize(), List.of(value(input)), gives, imageShape(gives.shape()));
  }

  /** A convolution; where SAME means another padding, the image is padded first. */
  void convolution(
      Value gives,
      String input,
      boolean depthwise,
      Window window,
      Parameters parameters,
      Activation activation) {
    int image = image(input);
    List<Integer> from = tensors.get(image).shape();
    boolean same = window.padding() > 0 && window.isSame(from.get(1), from.get(2));
    if (window.padding() > 0 && !same) {
      image = padded(image, window.padding());
    }
    int kernel = window.kernel();
    int out = parameters.outputs();
    List<Integer> shape =
        depthwise ? List.of(1, kernel, kernel, out) : List.of(out, kernel, kernel, from.get(3));
    byte[] data = parameters.channelsLast(depthwise, kernel * kernel);
    int weights = kernel(gives, parameters, shape, data, depthwise ? 3 : 0);
    step(
        new Operator.Convolution(depthwise, same, window.stride(), activation),
        List.of(image, weights, bias(gives, parameters, image)),
        gives,
        imageShape(gives.shape()));
  }

  /** A dense layer, which reads an image as a vector in the order [height, width, channels]. */
  void dense(Value gives, String input, Parameters parameters, Activation activation) {
    int from = value(input);
    int in = tensors.get(from).shape().stream().reduce(1, Math::multiplyExact);
    List<Integer> shape = List.of(parameters.outputs(), in);
    int weights = kernel(gives, parameters, shape, parameters.kernel(), 0);
    step(
        new Operator.FullyConnected(activation),
        List.of(from, weights, bias(gives, parameters, from)),
        gives,
        List.of(1, parameters.outputs()));
  }

  void add(Value gives, String left, String right, Activation activation) {
    step(
        new Operator.Add(activation),
        List.of(image(left), image(right)),
        gives,
        imageShape(gives.shape()));
  }

  void maxPool(Value gives, String input, int size) {
    Operator pool = new Operator.MaxPool(size);
    step(pool, List.of(image(input)), gives, imageShape(gives.shape()));
  }

  /** The mean over all pixels: an image of one pixel. */
  void averagePool(Value gives, String input) {
    int image = image(input);
    List<Integer> from = tensors.get(image).shape();
    Operator pool = new Operator.AveragePool(from.get(1), from.get(2));
    step(pool, List.of(image), gives, imageShape(gives.shape()));
  }

  /** The softmax of a dense layer. */
  void softmax(@Nullable Affine affine, String input) {
    int logits = value(input);
    int classes = tensors.get(logits).shape().get(1);
    Value gives = new Value(PROBABILITIES, new Shape(1, 1, classes), affine);
    step(new Operator.Softmax(), List.of(logits), gives, List.of(1, classes));
  }

  /** A value as an image, from now on; what dense layers give is a vector. */
  private int image(String name) {
    int value = value(name);
    GraphTensor vector = tensors.get(value);
    if (vector.shape().size() == 4) {
      return value;
    }
    List<Integer> shape = List.of(1, 1, 1, vector.shape().get(1));
    byte[] sizes = Parameters.bytes(shape.stream().mapToInt(size -> size).toArray());
    int target = constant(name + "/shape", ElementType.INT32, List.of(4), null, sizes);
    GraphTensor reshaped = GraphTensor.computed(name, vector.type(), shape, vector.quantization());
    int image = step(new Operator.Reshape(), List.of(value, target), reshaped);
    values.put(name, image);
    return image;
  }

  private int padded(int image, int padding) {
    GraphTensor from = tensors.get(image);
    List<Integer> shape = from.shape();
    int sizes =
        paddings.computeIfAbsent(
            padding,
            p ->
                constant(
                    "padding",
                    ElementType.INT32,
                    List.of(4, 2),
                    null,
                    Parameters.bytes(0, 0, p, p, p, p, 0, 0)));
    GraphTensor padded =
        GraphTensor.computed(
            from.name() + "/padded",
            from.type(),
            List.of(1, shape.get(1) + 2 * padding, shape.get(2) + 2 * padding, shape.get(3)),
            from.quantization());
    return step(new Operator.Pad(), List.of(image, sizes), padded);
  }

  private int kernel(
      Value gives, Parameters parameters, List<Integer> shape, byte[] data, int dimension) {
    Quantization quantization =
        parameters.scales().isEmpty()
            ? null
            : Quantization.symmetric(parameters.scales(), dimension);
    return constant(gives.name() + "/W", parameters.type(), shape, quantization, data);
  }

  /** Integers are in units of the scale of the input times that of the kernel. */
  private int bias(Value gives, Parameters parameters, int input) {
    Quantization read = tensors.get(input).quantization();
    Quantization quantization =
        parameters.scales().isEmpty()
            ? null
            : Quantization.symmetric(
                products(Objects.requireNonNull(read).scales().get(0), parameters.scales()), 0);
    return constant(
        gives.name() + "/b",
        parameters.biasType(),
        List.of(parameters.outputs()),
        quantization,
        parameters.bias());
  }

  private static List<Float> products(float factor, List<Float> scales) {
    return scales.stream().map(scale -> factor * scale).toList();
  }

  private void step(Operator operator, List<Integer> inputs, Value gives, List<Integer> shape) {
    values.put(gives.name(), step(operator, inputs, tensor(gives.name(), shape, gives.affine())));
  }

  private int step(Operator operator, List<Integer> inputs, GraphTensor gives) {
    int output = add(gives);
    steps.add(new Graph.Step(operator, inputs, output));
    return output;
  }

  private static GraphTensor tensor(String name, List<Integer> shape, @Nullable Affine affine) {
    return affine == null
        ? GraphTensor.computed(name, ElementType.FLOAT32, shape, null)
        : GraphTensor.computed(name, ElementType.INT8, shape, Quantization.of(affine));
  }

  private int constant(
      String name,
      ElementType type,
      List<Integer> shape,
      @Nullable Quantization quantization,
      byte[] data) {
    return add(new GraphTensor(name, type, shape, quantization, data));
  }

  private int add(GraphTensor tensor) {
    tensors.add(tensor);
    return tensors.size() - 1;
  }

  private int value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static List<Integer> imageShape(Shape shape) {
    return List.of(1, shape.height(), shape.width(), shape.channels());
  }
}
