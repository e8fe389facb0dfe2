package dev.espalier.workers.int8;

import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An integer network computed by its definition, one value after another: what faster ways are
 * compared with. Sums are of 32 bits. The kernels are those of TensorFlow Lite's reference
 * (reference/integer_ops: conv.h, depthwise_conv.h, fully_connected.h, add.h, pooling.h).
 */
public final class IntegerReference {
  private final IntegerNetwork network;
  private final Rounding rounding;
  private final Map<String, Affine> affines = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  /** The reference of a network, rounding as these kernels do. */
  public IntegerReference(IntegerNetwork network, Rounding rounding) {
    this.network = network;
    this.rounding = rounding;
    affines.put(IntegerNetwork.PIXELS, IntegerNetwork.PIXEL);
    shapes.put(IntegerNetwork.PIXELS, network.image());
    for (IntegerOp op : network.ops()) {
      affines.put(op.name(), op.affine());
      shapes.put(op.name(), op.shape());
    }
  }

  /**
   * What each operation gives for one image, by its name, in [height, width, channels].
   *
   * @param pixels of the image, [height, width, channels], less 128
   */
  public Map<String, byte[]> values(byte[] pixels) {
    if (pixels.length != network.image().size()) {
      throw new IllegalArgumentException(
          "an image must have %d values, found %d"
              .formatted(network.image().size(), pixels.length));
    }
    Map<String, byte[]> values = new LinkedHashMap<>();
    values.put(IntegerNetwork.PIXELS, pixels);
    for (IntegerOp op : network.ops()) {
      values.put(op.name(), value(op, values));
    }
    return values;
  }

  /** The probabilities of one image, [classes], with scale 1/256 and zero point -128. */
  public byte[] probabilities(byte[] pixels) {
    return of(values(pixels), network.ops().get(network.ops().size() - 1).name());
  }

  /** The logits of one image, [classes], as the numbers that their integers stand for. */
  public float[] logits(byte[] pixels) {
    IntegerOp op = network.logits();
    byte[] integers = of(values(pixels), op.name());
    float[] logits = new float[integers.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = op.affine().real(integers[i]);
    }
    return logits;
  }

  /**
   * What one operation gives.
   *
   * @param values of those that it reads
   */
  public byte[] value(IntegerOp op, Map<String, byte[]> values) {
    String first = op.inputs().get(0);
    byte[] input = of(values, first);
    if (op instanceof IntegerOp.Convolution convolution) {
      return convolve(convolution, input, of(shapes, first));
    } else if (op instanceof IntegerOp.Dense dense) {
      return dense(dense, input);
    } else if (op instanceof IntegerOp.Add sum) {
      return add(sum, input, of(values, sum.right()));
    } else if (op instanceof IntegerOp.Pad pad) {
      return pad(pad, input, of(shapes, first));
    } else if (op instanceof IntegerOp.SquarePool pool) {
      return pool(pool, input, of(shapes, first));
    } else if (op instanceof IntegerOp.GlobalAveragePool pool) {
      return averagePool(pool, input, of(shapes, first));
    }
    return rounding == Rounding.TFLM
        ? new FixedPointSoftmax(of(affines, first)).of(input)
        : new TableSoftmax(of(affines, first)).of(input);
  }

  private byte[] convolve(IntegerOp.Convolution op, byte[] input, Shape from) {
    Affine affine = of(affines, op.input());
    Clamp clamp = Clamp.of(op.activation(), op.affine());
    Shape to = op.shape();
    byte[] output = new byte[to.size()];
    for (int channel = 0; channel < to.channels(); channel++) {
      Requantization requantization = Requantization.of(op, affine, channel);
      for (int row = 0; row < to.height(); row++) {
        for (int column = 0; column < to.width(); column++) {
          int sum = op.bias()[channel] + sum(op, input, from, affine, row, column, channel);
          int at = (row * to.width() + column) * to.channels() + channel;
          int requantized = requantized(requantization, !op.depthwise(), sum);
          output[at] = clamp.of(requantized + op.affine().zeroPoint());
        }
      }
    }
    return output;
  }

  /** The products of a kernel with the pixels under it; pixels of the padding stand for 0. */
  private static int sum(
      IntegerOp.Convolution op,
      byte[] input,
      Shape from,
      Affine affine,
      int row,
      int column,
      int channel) {
    int reads = op.depthwise() ? 1 : from.channels();
    int first = op.depthwise() ? channel : 0;
    int sum = 0;
    for (int i = 0; i < op.kernel(); i++) {
      for (int j = 0; j < op.kernel(); j++) {
        int y = row * op.stride() - op.padding() + i;
        int x = column * op.stride() - op.padding() + j;
        if (y < 0 || y >= from.height() || x < 0 || x >= from.width()) {
          continue;
        }
        for (int c = 0; c < reads; c++) {
          int weight = ((channel * reads + c) * op.kernel() + i) * op.kernel() + j;
          int pixel = (y * from.width() + x) * from.channels() + first + c;
          sum += op.weights()[weight] * (input[pixel] - affine.zeroPoint());
        }
      }
    }
    return sum;
  }

  private byte[] dense(IntegerOp.Dense op, byte[] input) {
    Affine affine = of(affines, op.input());
    Requantization requantization = Requantization.of(op, affine);
    Clamp clamp = Clamp.of(op.activation(), op.affine());
    byte[] output = new byte[op.shape().size()];
    for (int o = 0; o < output.length; o++) {
      int sum = op.bias()[o];
      for (int i = 0; i < input.length; i++) {
        sum += op.weights()[o * input.length + i] * (input[i] - affine.zeroPoint());
      }
      output[o] = clamp.of(requantized(requantization, true, sum) + op.affine().zeroPoint());
    }
    return output;
  }

  private byte[] add(IntegerOp.Add op, byte[] left, byte[] right) {
    Affine leftAffine = of(affines, op.left());
    Affine rightAffine = of(affines, op.right());
    SumScaling scaling = SumScaling.of(op, leftAffine, rightAffine);
    Clamp clamp = Clamp.of(op.activation(), op.affine());
    byte[] output = new byte[left.length];
    for (int i = 0; i < output.length; i++) {
      int sum = scaling.sum(left[i] - leftAffine.zeroPoint(), right[i] - rightAffine.zeroPoint());
      output[i] = clamp.of(sum + op.affine().zeroPoint());
    }
    return output;
  }

  private static byte[] pad(IntegerOp.Pad op, byte[] input, Shape from) {
    byte[] output = new byte[op.shape().size()];
    Arrays.fill(output, (byte) op.affine().zeroPoint());
    int row = from.width() * from.channels();
    for (int y = 0; y < from.height(); y++) {
      int corner = (y + op.padding().top()) * op.shape().width() + op.padding().left();
      System.arraycopy(input, y * row, output, corner * from.channels(), row);
    }
    return output;
  }

  private static byte[] pool(IntegerOp.SquarePool op, byte[] input, Shape from) {
    Shape to = op.shape();
    byte[] output = new byte[to.size()];
    for (int at = 0; at < output.length; at++) {
      int top = at / to.channels() / to.width() * op.stride() - op.padding().top();
      int left = at / to.channels() % to.width() * op.stride() - op.padding().left();
      int greatest = Byte.MIN_VALUE;
      int sum = 0;
      int count = 0;
      for (int i = 0; i < op.size() * op.size(); i++) {
        int y = top + i / op.size();
        int x = left + i % op.size();
        if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
          int value = input[(y * from.width() + x) * from.channels() + at % to.channels()];
          greatest = Math.max(greatest, value);
          sum += value;
          count++;
        }
      }
      output[at] = (byte) (op.function() == Pool.Function.MAX ? greatest : mean(sum, count));
    }
    return output;
  }

  private static byte[] averagePool(IntegerOp.GlobalAveragePool op, byte[] input, Shape from) {
    byte[] output = new byte[op.shape().size()];
    int pixels = from.pixels();
    for (int channel = 0; channel < output.length; channel++) {
      int sum = 0;
      for (int pixel = 0; pixel < pixels; pixel++) {
        sum += input[pixel * from.channels() + channel];
      }
      output[channel] = (byte) mean(sum, pixels);
    }
    return output;
  }

  /** Rounded half away from 0. */
  private static int mean(int sum, int count) {
    int half = sum > 0 ? count / 2 : -(count / 2);
    return (sum + half) / count;
  }

  /** Ruy, which multiplies matrices for TensorFlow Lite, has no part in depthwise convolutions. */
  private int requantized(Requantization requantization, boolean byRuy, int sum) {
    return byRuy && rounding == Rounding.TFLITE
        ? requantization.halvesUp(sum)
        : requantization.halvesAway(sum);
  }

  private static <V> V of(Map<String, V> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }
}
