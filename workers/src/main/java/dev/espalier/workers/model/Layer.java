package dev.espalier.workers.model;

import java.util.List;

/**
 * One row of a network's table. Images are [batch, height, width, channels]; kernels are [out, in,
 * height, width].
 *
 * <p>Each row names the rows it reads from; {@link Network#INPUT} is the image.
 */
public sealed interface Layer {
  String name();

  List<String> inputs();

  /** What is applied to every value, fused into the layer before it. */
  enum Activation {
    IDENTITY,
    RELU,
    /** min(max(x, 0), 6). */
    RELU6
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
      implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * A depthwise convolution without bias: each channel has its own square kernel, padding {@code
   * kernel / 2}.
   */
  record Depthwise(String name, String input, int channels, int kernel, int stride)
      implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** Batch normalization over batch, height and width (arXiv 1502.03167), then the activation. */
  record BatchNorm(String name, String input, int channels, Activation activation)
      implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** The sum of two rows of one shape, then the activation. */
  record Add(String name, String left, String right, Activation activation) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }
  }

  /** The greatest of each square of {@code size} pixels, stride {@code size}. */
  record MaxPool(String name, String input, int size) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** The mean over height and width: [batch, height, width, channels] to [batch, channels]. */
  record GlobalAveragePool(String name, String input) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * A dense layer with bias. It reads an image row as one vector in the order [height, width,
   * channels].
   */
  record Dense(String name, String input, int in, int out, Activation activation) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** The last row: a dense layer with bias to one value for each class, softmax, cross-entropy. */
  record Output(String name, String input, int in, int classes) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }
}
