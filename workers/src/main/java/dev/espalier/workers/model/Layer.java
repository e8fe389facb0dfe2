package dev.espalier.workers.model;

import dev.espalier.workers.model.Tensor.Kind;
import java.util.List;
import java.util.Locale;

/**
 * One row of a network's table. Images are [batch, height, width, channels]; kernels are [out, in,
 * height, width].
 *
 * <p>Each row names the rows it reads from; {@link Network#INPUT} is the image.
 */
public sealed interface Layer {
  String name();

  List<String> inputs();

  /**
   * The shape of the row's value for one image.
   *
   * @param inputs what the rows in {@link #inputs()} give, in that order
   * @throws IllegalArgumentException if the row cannot read them
   */
  Shape output(List<Shape> inputs);

  /** Its parameters, given what it gives for one image. */
  default List<Parameter> parameters(Shape output) {
    return List.of();
  }

  /** The row as text, in which every property that shapes the weights appears. */
  String canonical();

  /** The function of every value, fused into the layer before it. */
  enum Activation {
    IDENTITY,
    RELU,
    /** min(max(x, 0), 6). */
    RELU6;

    /** The word in canonical texts. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A row that reads one other row. */
  sealed interface OneInput extends Layer
      permits Convolution,
          Depthwise,
          BatchNorm,
          Pad,
          Pool,
          GlobalAveragePool,
          Dropout,
          Dense,
          Output {
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }
  }

  /** A convolution: square kernel, zero padding of {@code padding} pixels on each side. */
  record Convolution(
      String name,
      String input,
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      boolean bias,
      Activation activation)
      implements OneInput {
    @Override
    public Shape output(List<Shape> inputs) {
      Shape from = inputs.get(0);
      Shape.require(name, "channels", in, from.channels());
      return from.strided(name, kernel, stride, padding, out);
    }

    @Override
    public List<Parameter> parameters(Shape output) {
      Parameter weights =
          Parameter.kernel(
              name + "/W", Kind.CONVOLUTION, List.of(out, in, kernel, kernel), output.pixels());
      return bias ? List.of(weights, Parameter.vector(name + "/b", out, true)) : List.of(weights);
    }

    @Override
    public String canonical() {
      return String.join(
          " ",
          "conv " + name + " < " + input,
          "channels " + in + " -> " + out,
          "kernel " + kernel + " stride " + stride + " padding " + padding,
          "bias " + bias + " " + activation.word());
    }
  }

  /** A depthwise convolution: each channel has its own square kernel. */
  record Depthwise(
      String name,
      String input,
      int channels,
      int kernel,
      int stride,
      int padding,
      boolean bias,
      Activation activation)
      implements OneInput {
    /** One of Espalier's own networks: padding {@code kernel / 2}, no bias, no activation. */
    public Depthwise(String name, String input, int channels, int kernel, int stride) {
      this(name, input, channels, kernel, stride, kernel / 2, false, Activation.IDENTITY);
    }

    @Override
    public Shape output(List<Shape> inputs) {
      Shape from = inputs.get(0);
      Shape.require(name, "channels", channels, from.channels());
      return from.strided(name, kernel, stride, padding, channels);
    }

    @Override
    public List<Parameter> parameters(Shape output) {
      List<Integer> shape = List.of(channels, 1, kernel, kernel);
      Parameter weights = Parameter.kernel(name + "/W", Kind.DEPTHWISE, shape, output.pixels());
      return bias
          ? List.of(weights, Parameter.vector(name + "/b", channels, true))
          : List.of(weights);
    }

    @Override
    public String canonical() {
      return ("depthwise " + name + " < " + input)
          + (" channels " + channels + " kernel " + kernel + " stride " + stride)
          + (padding == kernel / 2 ? "" : " padding " + padding)
          + (bias ? " bias" : "")
          + (activation == Activation.IDENTITY ? "" : " " + activation.word());
    }
  }

  /**
   * Batch normalization over batch, height and width (arXiv 1502.03167), then the activation.
   *
   * @param epsilon added to the variance
   * @param decay what the running mean and variance keep of themselves in a step
   * @param logStd whether log10 of the running standard deviation stands for the variance
   */
  record BatchNorm(
      String name,
      String input,
      int channels,
      double epsilon,
      double decay,
      boolean logStd,
      Activation activation)
      implements OneInput {
    /** The epsilon that Espalier's own networks add to the variance. */
    public static final double EPSILON = 1e-5;

    /** The decay of the running statistics of Espalier's own networks. */
    public static final double DECAY = 0.9;

    /** A batch norm of Espalier's own networks. */
    public BatchNorm(String name, String input, int channels, Activation activation) {
      this(name, input, channels, EPSILON, DECAY, false, activation);
    }

    @Override
    public Shape output(List<Shape> inputs) {
      Shape.require(name, "channels", channels, inputs.get(0).channels());
      return inputs.get(0);
    }

    @Override
    public List<Parameter> parameters(Shape output) {
      return List.of(
          Parameter.vector(name + "/gamma", channels, true),
          Parameter.vector(name + "/beta", channels, true),
          Parameter.vector(name + "/mean", channels, false),
          Parameter.vector(name + (logStd ? "/log10stdev" : "/var"), channels, false));
    }

    @Override
    public String canonical() {
      return String.join(
          " ",
          "norm " + name + " < " + input,
          "channels "
              + channels
              + " epsilon "
              + ("" + epsilon).replace(".0E", "e")
              + " decay "
              + decay,
          (logStd ? "log-std " : "") + activation.word());
    }
  }

  /** The sum of two rows of one shape, then the activation. */
  record Add(String name, String left, String right, Activation activation) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }

    @Override
    public Shape output(List<Shape> inputs) {
      if (!inputs.get(0).equals(inputs.get(1))) {
        throw new IllegalArgumentException(
            name + ": must add equal shapes, found " + inputs.get(0) + " and " + inputs.get(1));
      }
      return inputs.get(0);
    }

    @Override
    public String canonical() {
      return "add " + name + " < " + left + ", " + right + " " + activation.word();
    }
  }

  /** Zeros around the image. */
  record Pad(String name, String input, Padding padding) implements OneInput {
    @Override
    public Shape output(List<Shape> inputs) {
      return padding.around(inputs.get(0));
    }

    @Override
    public String canonical() {
      return "pad " + name + " < " + input + " " + padding;
    }
  }

  /** The mean over height and width: [batch, height, width, channels] to [batch, channels]. */
  record GlobalAveragePool(String name, String input) implements OneInput {
    @Override
    public Shape output(List<Shape> inputs) {
      return new Shape(1, 1, inputs.get(0).channels());
    }

    @Override
    public String canonical() {
      return "mean-pool " + name + " < " + input;
    }
  }

  /**
   * A dense layer with bias. It reads an image row as one vector in the order [height, width,
   * channels].
   */
  record Dense(String name, String input, int in, int out, Activation activation)
      implements OneInput {
    @Override
    public Shape output(List<Shape> inputs) {
      Shape.require(name, "values", in, inputs.get(0).size());
      return new Shape(1, 1, out);
    }

    @Override
    public List<Parameter> parameters(Shape output) {
      return dense(name, in, out);
    }

    @Override
    public String canonical() {
      String form = " values " + in + " -> " + out + " " + activation.word();
      return "dense " + name + " < " + input + form;
    }
  }

  /** The last row: a dense layer with bias to one value for each class, softmax, cross-entropy. */
  record Output(String name, String input, int in, int classes) implements OneInput {
    @Override
    public Shape output(List<Shape> inputs) {
      Shape.require(name, "values", in, inputs.get(0).size());
      return new Shape(1, 1, classes);
    }

    @Override
    public List<Parameter> parameters(Shape output) {
      return dense(name, in, classes);
    }

    @Override
    public String canonical() {
      return "output " + name + " < " + input + " values " + in + " -> " + classes + " softmax";
    }
  }

  private static List<Parameter> dense(String name, int in, int out) {
    return List.of(
        Parameter.kernel(name + "/W", Kind.DENSE, List.of(out, in), 1),
        Parameter.vector(name + "/b", out, true));
  }
}
