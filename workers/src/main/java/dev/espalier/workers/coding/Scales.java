package dev.espalier.workers.coding;

import java.util.ArrayList;
import java.util.List;

/** The scales of a kernel of 8-bit integers, as floats. */
public final class Scales {
  private Scales() {}

  public static void write(BitWriter out, List<Float> scales) {
    scales.forEach(scale -> NumberType.FLOAT32.write(out, scale));
  }

  /**
   * Reads {@code count} scales of a kernel.
   *
   * @param kernel its name, for errors
   * @param channels output channels of the kernel
   * @throws IllegalArgumentException if {@code count} is neither 1 nor {@code channels}, or one is
   *     not finite or not above 0
   */
  public static List<Float> read(BitReader in, String kernel, int channels, long count) {
    if (count < 1 || (count != 1 && count != channels)) {
      throw in.error(kernel + ": must have 1 scale or " + channels, count);
    }
    List<Float> scales = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float scale = NumberType.FLOAT32.read(in);
      if (!(scale > 0) || Float.isInfinite(scale)) {
        throw in.error(kernel + ": a scale must be finite and above 0", scale);
      }
      scales.add(scale);
    }
    return scales;
  }
}
