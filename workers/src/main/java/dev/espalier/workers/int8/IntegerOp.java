package dev.espalier.workers.int8;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import java.util.List;

/**
 * An operation on 8-bit integers. Images are [height, width, channels]; a vector is [1, 1,
 * channels]. Every operation names those that it reads; {@link IntegerNetwork#PIXELS} is the image.
 */
public sealed interface IntegerOp {
  String name();

  List<String> inputs();

  /** The shape of what it gives for one image. */
  Shape shape();

  /** What the integers that it gives stand for. */
  Affine affine();

  /**
   * A convolution with zero padding of {@code padding} pixels on each side.
   *
   * @param depthwise whether each channel has its own kernel, [out, 1, kernel, kernel]
   * @param weights [out, in, kernel, kernel], in [-127, 127]; not copied
   * @param scales of the weights, one for each output channel; not copied
   * @param bias one for each output channel, in units of input scale times weight scale; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and large
  record Convolution(
      String name,
      String input,
      boolean depthwise,
      int kernel,
      int stride,
      int padding,
      Activation activation,
      byte[] weights,
      float[] scales,
      int[] bias,
      Shape shape,
      Affine affine)
      implements IntegerOp {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * A dense layer. It reads an image as one vector in the order [height, width, channels].
   *
   * @param weights [out, in], in [-127, 127]; not copied
   * @param scale of all weights
   * @param bias one for each output, in units of input scale times weight scale; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and large
  record Dense(
      String name,
      String input,
      Activation activation,
      byte[] weights,
      float scale,
      int[] bias,
      Shape shape,
      Affine affine)
      implements IntegerOp {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** The sum of two values of one shape. */
  record Add(
      String name, String left, String right, Activation activation, Shape shape, Affine affine)
      implements IntegerOp {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }
  }

  /** Zeros around an image, which are its zero point; its integers mean what its input's do. */
  record Pad(String name, String input, Padding padding, Shape shape, Affine affine)
      implements IntegerOp {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * The greatest or the mean of each square of {@code size} pixels, rounded half away from 0;
   * padding counts for neither. Its integers mean what its input's do.
   *
   * @param padding of means: none, or what TensorFlow calls SAME
   */
  record SquarePool(
      String name,
      String input,
      Pool.Function function,
      int size,
      int stride,
      Padding padding,
      Shape shape,
      Affine affine)
      implements IntegerOp {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** The mean over all pixels, rounded half away from 0; its integers mean what its input's do. */
  record GlobalAveragePool(String name, String input, Shape shape, Affine affine)
      implements IntegerOp {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** Probabilities: scale 1/256, zero point -128. */
  record Softmax(String name, String input, Shape shape) implements IntegerOp {
    /** What the integers of probabilities stand for. */
    public static final Affine PROBABILITY = new Affine(1f / 256, -128);

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Affine affine() {
      return PROBABILITY;
    }
  }
}
