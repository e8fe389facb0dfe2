package dev.espalier.workers.tflite;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.tflite.PadOperators.Padded;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes a graph operator by operator. Operators read each other by the names of their values. */
final class GraphBuilder {
  static final String IMAGE = "image";
  static final String PROBABILITIES = "probabilities";

  private final GraphDraft draft = new GraphDraft();
  private final PadOperators pads = new PadOperators(draft);
  private final Map<String, Integer> values = new HashMap<>();

  /** Images that are padded where they are read: convolutions may do so themselves. */
  private final Map<String, Padded> padded = new HashMap<>();

  /**
   * What an operator gives.
   *
   * @param affine what integers stand for; null for floats
   */
  record Value(String name, Shape shape, @Nullable Affine affine) {}

  GraphBuilder(Value image) {
    values.put(image.name(), draft.add(tensor(IMAGE, imageShape(image.shape()), image.affine())));
  }

  /** The graph of all operators so far; the last one gives the probabilities. */
  Graph build() {
    return draft.graph(0);
  }

  /** Floats of the integers of {@code input}. */
  void dequantize(Value gives, String input) {
    step(new Operator.Dequantize(), List.of(value(input)), gives, imageShape(gives.shape()));
  }

  /** Zeros around an image. */
  void pad(Value gives, String input, Padding padding) {
    Padded before = unpadded(input);
    padded.put(gives.name(), new Padded(before.image(), before.padding().plus(padding)));
  }

  /** A convolution; where SAME means another padding, the image is padded first. */
  void convolution(
      Value gives,
      String input,
      boolean depthwise,
      Window window,
      Parameters parameters,
      Activation activation) {
    Padded from = unpadded(input);
    Window whole = window.behind(from.padding());
    Shape image = draft.shape(from.image());
    boolean valid = whole.isValid(image);
    boolean same = !valid && whole.isSame(image);
    int reads = from.image();
    if (!valid && !same) {
      Padded zeros = new Padded(from.image(), whole.padding());
      reads = pads.zeros(zeros, draft.tensor(from.image()).name() + "/padded");
    }
    int out = parameters.outputs();
    int size = window.size();
    List<Integer> shape =
        depthwise ? List.of(1, size, size, out) : List.of(out, size, size, image.channels());
    byte[] data = parameters.channelsLast(depthwise, size * size);
    int weights = kernel(gives, parameters, shape, data, depthwise ? 3 : 0);
    step(
        new Operator.Convolution(depthwise, same, window.stride(), activation),
        List.of(reads, weights, bias(gives, parameters, reads)),
        gives,
        imageShape(gives.shape()));
    rectify(gives, activation != Activation.IDENTITY);
  }

  /** A dense layer, which reads an image as a vector in the order [height, width, channels]. */
  void dense(Value gives, String input, Parameters parameters, Activation activation) {
    int from = value(input);
    int in = draft.tensor(from).shape().stream().reduce(1, Math::multiplyExact);
    List<Integer> shape = List.of(parameters.outputs(), in);
    int weights = kernel(gives, parameters, shape, parameters.kernel(), 0);
    step(
        new Operator.FullyConnected(activation),
        List.of(from, weights, bias(gives, parameters, from)),
        gives,
        List.of(1, parameters.outputs()));
    rectify(gives, activation != Activation.IDENTITY);
  }

  void add(Value gives, String left, String right, Activation activation) {
    step(
        new Operator.Add(activation),
        List.of(image(left), image(right)),
        gives,
        imageShape(gives.shape()));
    rectify(gives, activation != Activation.IDENTITY);
  }

  /**
   * The greatest or the mean of squares, in which padding has no part.
   *
   * @throws IllegalArgumentException if it is the mean, and the padding neither none nor SAME
   */
  void pool(Value gives, String input, Pool.Function function, Window window) {
    int image = image(input);
    boolean valid = window.isValid(draft.shape(image));
    boolean same = !valid && window.isSame(draft.shape(image));
    int reads = image;
    if (!valid && !same) {
      if (function != Pool.Function.MAX) {
        throw new IllegalArgumentException(
            gives.name() + ": must have no padding or SAME, found " + window.padding());
      }
      reads = pads.lowest(new Padded(image, window.padding()));
    }
    step(
        new Operator.Pooling(function, same, window.size(), window.size(), window.stride()),
        List.of(reads),
        gives,
        imageShape(gives.shape()));
    rectify(gives, pads.isRectified(image));
  }

  /** The mean over all pixels: an image of one pixel. */
  void averagePool(Value gives, String input) {
    int image = image(input);
    List<Integer> from = draft.tensor(image).shape();
    Operator pool = new Operator.Pooling(Pool.Function.AVERAGE, false, from.get(1), from.get(2), 1);
    step(pool, List.of(image), gives, imageShape(gives.shape()));
    rectify(gives, pads.isRectified(image));
  }

  /** The softmax of a dense layer. */
  void softmax(@Nullable Affine affine, String input) {
    int logits = value(input);
    int classes = draft.tensor(logits).shape().get(1);
    Value gives = new Value(PROBABILITIES, new Shape(1, 1, classes), affine);
    step(new Operator.Softmax(), List.of(logits), gives, List.of(1, classes));
  }

  /** A value as an image, from now on; what dense layers give is a vector. */
  private int image(String name) {
    int value = value(name);
    GraphTensor vector = draft.tensor(value);
    if (vector.shape().size() == 4) {
      return value;
    }
    List<Integer> shape = List.of(1, 1, 1, vector.shape().get(1));
    byte[] sizes = Parameters.bytes(shape.stream().mapToInt(size -> size).toArray());
    int target = draft.constant(name + "/shape", ElementType.INT32, List.of(4), null, sizes);
    GraphTensor reshaped = GraphTensor.computed(name, vector.type(), shape, vector.quantization());
    int image = draft.step(new Operator.Reshape(), List.of(value, target), reshaped);
    values.put(name, image);
    return image;
  }

  /** What is read where padding can be done while it is read. */
  private Padded unpadded(String input) {
    Padded image = padded.get(input);
    return image == null ? new Padded(image(input), Padding.NONE) : image;
  }

  private void rectify(Value gives, boolean atLeastZero) {
    if (atLeastZero) {
      pads.rectify(value(gives.name()));
    }
  }

  private int kernel(
      Value gives, Parameters parameters, List<Integer> shape, byte[] data, int dimension) {
    Quantization quantization =
        parameters.scales().isEmpty()
            ? null
            : Quantization.symmetric(parameters.scales(), dimension);
    return draft.constant(gives.name() + "/W", parameters.type(), shape, quantization, data);
  }

  /** Integers are in units of the scale of the input times that of the kernel. */
  private int bias(Value gives, Parameters parameters, int input) {
    Quantization read = draft.tensor(input).quantization();
    Quantization quantization =
        parameters.scales().isEmpty()
            ? null
            : Quantization.symmetric(
                products(Objects.requireNonNull(read).scales().get(0), parameters.scales()), 0);
    return draft.constant(
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
    values.put(
        gives.name(), draft.step(operator, inputs, tensor(gives.name(), shape, gives.affine())));
  }

  private static GraphTensor tensor(String name, List<Integer> shape, @Nullable Affine affine) {
    return affine == null
        ? GraphTensor.computed(name, ElementType.FLOAT32, shape, null)
        : GraphTensor.computed(name, ElementType.INT8, shape, Quantization.of(affine));
  }

  private int value(String name) {
    Padded image = padded.get(name);
    if (image != null && !values.containsKey(name)) {
      values.put(name, pads.zeros(image, name));
    }
    return Objects.requireNonNull(values.get(name), name);
  }

  private static List<Integer> imageShape(Shape shape) {
    return List.of(1, shape.height(), shape.width(), shape.channels());
  }
}
