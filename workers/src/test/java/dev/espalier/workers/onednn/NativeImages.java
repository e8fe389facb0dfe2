package dev.espalier.workers.onednn;

import java.util.Random;
import java.util.stream.IntStream;

/** Float tensors of tests in native memory, under {@link Guards} where these are on. */
public final class NativeImages {
  private NativeImages() {}

  public static float[] random(Random random, long length) {
    float[] values = new float[Math.toIntExact(length)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  public static NativeBuffer empty(long floats) {
    NativeBuffer buffer = new NativeBuffer();
    buffer.atLeast(floats * Float.BYTES);
    return buffer;
  }

  public static NativeBuffer holding(float[] values) {
    NativeBuffer buffer = empty(values.length);
    write(buffer, values);
    return buffer;
  }

  public static void write(NativeBuffer buffer, float[] values) {
    NativeBuffer.floats(at(buffer, values.length), values.length).put(values);
  }

  public static float[] read(NativeBuffer buffer, long length) {
    float[] values = new float[Math.toIntExact(length)];
    NativeBuffer.floats(at(buffer, length), length).get(values);
    return values;
  }

  public static long at(NativeBuffer buffer, long floats) {
    return buffer.atLeast(floats * Float.BYTES);
  }

  /** The channels in the blocks that layers write on this machine. */
  public static IntStream blocks() {
    return Onednn.AVX2
        ? IntStream.of(ImageFormat.NARROW)
        : IntStream.of(ImageFormat.NARROW, ImageFormat.WIDE);
  }

  /** From [batch, height, width, channels] to the form of {@code to}. */
  public static float[] arranged(float[] plain, ImageFormat to) {
    float[] result = new float[plain.length];
    for (int i = 0; i < plain.length; i++) {
      result[place(i, to)] = plain[i];
    }
    return result;
  }

  /** To [batch, height, width, channels] from the form of {@code from}. */
  public static float[] plain(float[] arranged, ImageFormat from) {
    float[] result = new float[arranged.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = arranged[place(i, from)];
    }
    return result;
  }

  private static int place(int plain, ImageFormat form) {
    if (!form.blocked()) {
      return plain;
    }
    int channel = plain % form.channels();
    int pixel = plain / form.channels();
    int pixels = form.height() * form.width();
    int size = form.block();
    int block = (pixel / pixels) * (form.channels() / size) + channel / size;
    return (block * pixels + pixel % pixels) * size + channel % size;
  }

  /**
   * Compares with an oracle in double precision.
   *
   * @throws AssertionError if a value is further from it than 1e-4 of the oracle's greatest
   */
  public static void requireClose(String what, double[] expected, float[] found) {
    double greatest = 0;
    for (double value : expected) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    double tolerance = 1e-4 * greatest + 1e-6;
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - found[i]) <= tolerance)) {
        throw new AssertionError(
            what + " at " + i + ": expected " + expected[i] + ", found " + found[i]);
      }
    }
  }
}
