package dev.espalier.workers.quantize;

import dev.espalier.workers.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An 8-bit kernel, symmetric around 0: integers in [-127, 127] and the scales by which they are
 * multiplied (TensorFlow Lite's quantization specification). Equal values with the same scale stay
 * equal, and zeros stay zero.
 */
public final class QuantizedKernel {
  /** The greatest magnitude of an integer; -128 is left out, so that the range is symmetric. */
  public static final int MAX = 127;

  /**
   * The scale of weights that are all 0, and the least possible scale: with a smaller one, an
   * integer times its scale would lose bits.
   */
  public static final float LEAST_SCALE = Float.MIN_NORMAL;

  private final byte[] integers;
  private final List<Float> scales;

  /**
   * A kernel of known integers.
   *
   * @param integers in [-127, 127], in the kernel's order; not copied
   * @param scales one for each output channel, or a single one; finite, above 0
   */
  public QuantizedKernel(byte[] integers, List<Float> scales) {
    for (float scale : scales) {
      if (!(scale > 0) || Float.isInfinite(scale)) {
        throw new IllegalArgumentException("a scale must be finite and above 0, found " + scale);
      }
    }
    this.integers = integers;
    this.scales = List.copyOf(scales);
  }

  /**
   * Quantizes a kernel. A scale is the greatest magnitude of its weights divided by 127, and at
   * least {@link #LEAST_SCALE}; weights are divided by it and rounded, halves away from 0.
   *
   * @param single whether all output channels have one scale, as for shared values; a dense kernel
   *     always has one
   * @throws IllegalArgumentException if a weight is NaN or infinite
   */
  public static QuantizedKernel of(Tensor kernel, boolean single) {
    int bad = kernel.firstNonFinite();
    if (bad >= 0) {
      throw new IllegalArgumentException(
          place(kernel, bad) + "a weight must be finite, found " + kernel.values()[bad]);
    }
    float[] values = kernel.values();
    int channels = single || kernel.kind() == Tensor.Kind.DENSE ? 1 : kernel.shape().get(0);
    int each = values.length / channels;
    List<Float> scales = new ArrayList<>();
    byte[] integers = new byte[values.length];
    for (int c = 0; c < channels; c++) {
      float scale = scale(values, c * each, (c + 1) * each);
      scales.add(scale);
      for (int i = c * each; i < (c + 1) * each; i++) {
        integers[i] = integer(values[i], scale);
      }
    }
    return new QuantizedKernel(integers, scales);
  }

  /**
   * The integers of an already quantized kernel, which give its values bit for bit.
   *
   * @param kernel with values that are an integer times a scale, as {@link #values} gives them
   * @param scales one for each output channel, or a single one
   * @throws IllegalArgumentException if a value is not an integer times its scale
   */
  public static QuantizedKernel recovered(Tensor kernel, List<Float> scales) {
    float[] values = kernel.values();
    if (scales.size() != 1 && scales.size() != kernel.shape().get(0)) {
      throw new IllegalArgumentException(
          "%s: must have 1 scale or %d, found %d"
              .formatted(kernel.name(), kernel.shape().get(0), scales.size()));
    }
    byte[] integers = new byte[values.length];
    int each = values.length / scales.size();
    for (int i = 0; i < values.length; i++) {
      float scale = scales.get(i / each);
      integers[i] = integer(values[i], scale);
      if (Float.floatToRawIntBits(integers[i] * scale) != Float.floatToRawIntBits(values[i])) {
        throw new IllegalArgumentException(
            place(kernel, i)
                + "a quantized weight must be an integer in [-127, 127] times "
                + scale
                + ", found "
                + values[i]);
      }
    }
    return new QuantizedKernel(integers, scales);
  }

  /** A kernel of one weight for each channel, all of them 1: the integer 127. */
  public static QuantizedKernel ones(int channels) {
    byte[] integers = new byte[channels];
    Arrays.fill(integers, (byte) MAX);
    return new QuantizedKernel(integers, List.of(1f / MAX));
  }

  /** The integer in [-127, 127] nearest to {@code value / scale}, halves away from 0. */
  public static byte integer(double value, float scale) {
    long magnitude = Math.min(Math.round(Math.abs(value) / scale), MAX);
    return (byte) (value < 0 ? -magnitude : magnitude);
  }

  /** One for each weight, in the kernel's order. Not a copy. */
  public byte[] integers() {
    return integers;
  }

  /** One for each output channel, or a single one; above 0. */
  public List<Float> scales() {
    return scales;
  }

  /** The values of the integers: each times its scale, as floats. No zero is negative. */
  public float[] values() {
    float[] values = new float[integers.length];
    int each = values.length / scales.size();
    for (int i = 0; i < values.length; i++) {
      values[i] = integers[i] * scales.get(i / each);
    }
    return values;
  }

  private static float scale(float[] values, int from, int to) {
    float greatest = 0;
    for (int i = from; i < to; i++) {
      greatest = Math.max(greatest, Math.abs(values[i]));
    }
    return Math.max(greatest / MAX, LEAST_SCALE);
  }

  private static String place(Tensor kernel, int index) {
    return kernel.name() + "[" + index + "]: ";
  }
}
