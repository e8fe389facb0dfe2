package dev.espalier.workers.quantize;

import dev.espalier.workers.model.Tensor;
import java.util.List;

/**
 * A kernel as 8-bit integers: its value i is {@code integers[i]} times the scale of its output
 * channel, a product of floats.
 *
 * @param scales one for each output channel, or a single one for all; finite, above 0
 * @param integers in [-127, 127], in the order of the kernel's values; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and large
public record IntegerKernel(List<Float> scales, byte[] integers) {
  public static final int MAX = 127;

  public IntegerKernel {
    scales = List.copyOf(scales);
    if (scales.isEmpty() || integers.length % scales.size() != 0) {
      throw new IllegalArgumentException(
          integers.length + " integers must have scales that divide them, found " + scales.size());
    }
  }

  /**
   * The integers of a kernel whose values are such products.
   *
   * @throws IllegalArgumentException if a value is none, or the scales are not one or one for each
   *     output channel: place, rule, found
   */
  public static IntegerKernel of(Tensor kernel, List<Float> scales) {
    int channels = kernel.shape().get(0);
    if (scales.size() != 1 && scales.size() != channels) {
      throw new IllegalArgumentException(
          "%s: must have one scale or one for each of %d output channels, found %d"
              .formatted(kernel.name(), channels, scales.size()));
    }
    float[] values = kernel.values();
    byte[] integers = new byte[values.length];
    int each = values.length / scales.size();
    for (int i = 0; i < values.length; i++) {
      float scale = scales.get(i / each);
      // The rounded product is less than half an integer away, so dividing in double finds it.
      long integer = Math.round((double) values[i] / scale);
      float product = integer * scale;
      if (!isScale(scale)
          || Math.abs(integer) > MAX
          || Float.floatToRawIntBits(product) != Float.floatToRawIntBits(values[i])) {
        throw new IllegalArgumentException(
            "%s: value %d must be an integer in [-%d, %d] times a scale, found %s at scale %s"
                .formatted(kernel.name(), i, MAX, MAX, values[i], scale));
      }
      integers[i] = (byte) integer;
    }
    return new IntegerKernel(scales, integers);
  }

  /**
   * The kernel of integers that are given as floats.
   *
   * @param integers in [-127, 127]
   */
  public static IntegerKernel of(List<Float> scales, float[] integers) {
    byte[] bytes = new byte[integers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) integers[i];
    }
    return new IntegerKernel(scales, bytes);
  }

  /** The integers as floats. */
  public float[] floats() {
    float[] floats = new float[integers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = integers[i];
    }
    return floats;
  }

  /** Whether a number can be a scale: finite and above 0. */
  public static boolean isScale(float scale) {
    return scale > 0 && scale <= Float.MAX_VALUE;
  }

  /** The values of the kernel, which are those that it was made of, bit for bit. */
  public float[] values() {
    float[] values = new float[integers.length];
    int each = integers.length / scales.size();
    for (int i = 0; i < values.length; i++) {
      values[i] = integers[i] * scales.get(i / each);
    }
    return values;
  }
}
