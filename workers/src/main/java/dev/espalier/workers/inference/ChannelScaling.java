package dev.espalier.workers.inference;

import dev.espalier.workers.int8.Requantization;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The way from the sums of a convolution to the integers that it gives: plus the bias, times the
 * factor of the output channel with the roundings of {@link Requantization#halvesAway}, and within
 * the range of the activation.
 *
 * <p>It is computed in double precision, which the compiler of the JVM does for several values at
 * once. A sum below 2^22 times a multiplier below 2^31 is exact there. A greater sum may round, but
 * rounding keeps the order, and where the factor is large enough all of these are beyond the range.
 * For channels without either, and for what 32 bits would not hold, it is computed in integers.
 */
final class ChannelScaling {
  /** Values that are computed together, about: they and their factors fit into the first cache. */
  private static final int TILE = 512;

  /** Sums below have exact products. */
  private static final long EXACT = (1 << 22) - 1;

  /** From this shift on, an {@link #EXACT} sum is scaled to more than 8 bits hold. */
  private static final int LEAST_SHIFT = -12;

  private static final long SAFE_FROM_OVERFLOW = 1 << 30;

  /**
   * Times this, which is a little above 1, halves round away from 0 and nothing else changes: other
   * numbers of 31 bits before the point are farther from halves.
   */
  private static final double HALVES_AWAY = 1 + 0x1p-40;

  private final List<Requantization> factors;
  private final int[] bias;
  private final IntegerRange to;
  private final boolean exactInDoubles;
  // For each value of a tile.
  private final double[] biases;
  private final double[] multipliers;
  private final double[] shifts;
  private final float[] floats;
  private final double[] doubles;

  /**
   * @param factors one for each output channel
   * @param bias likewise
   * @param sums what bounds the sums
   * @param to the integers that the activation lets through
   */
  ChannelScaling(List<Requantization> factors, int[] bias, ExactSums sums, IntegerRange to) {
    this.factors = factors;
    this.bias = bias;
    this.to = to;
    exactInDoubles =
        IntStream.range(0, bias.length)
            .allMatch(c -> isExact(factors.get(c), sums.greatest(c) + Math.abs((long) bias[c])));
    int tile = bias.length * Math.max(1, TILE / bias.length);
    biases = new double[tile];
    multipliers = new double[tile];
    shifts = new double[tile];
    floats = new float[tile];
    doubles = new double[tile];
    for (int i = 0; i < tile; i++) {
      Requantization factor = factors.get(i % bias.length);
      biases[i] = bias[i % bias.length];
      multipliers[i] = Math.scalb((double) factor.multiplier(), Math.max(factor.shift(), 0) - 31);
      shifts[i] = Math.scalb(HALVES_AWAY, Math.min(factor.shift(), 0));
    }
  }

  private static boolean isExact(Requantization factor, long greatest) {
    return greatest << Math.max(factor.shift(), 0) < SAFE_FROM_OVERFLOW
        && (factor.shift() >= LEAST_SHIFT || factor.multiplier() == 0 || greatest < EXACT);
  }

  /**
   * Replaces sums by integers less their zero point.
   *
   * @param sums where they start; those of the same place are added, and the first replaced
   * @param length a multiple of the number of channels, which are innermost
   */
  void apply(FloatBuffer memory, int[] sums, int length) {
    for (int at = 0; at < length; at += floats.length) {
      int count = Math.min(floats.length, length - at);
      memory.get(sums[0] + at, floats, 0, count);
      widen(floats, doubles, count);
      for (int group = 1; group < sums.length; group++) {
        memory.get(sums[group] + at, floats, 0, count);
        add(floats, doubles, count);
      }
      if (exactInDoubles) {
        scaleInDoubles(count);
      } else {
        scaleInIntegers(count);
      }
      narrow(doubles, floats, count);
      memory.put(sums[0] + at, floats, 0, count);
    }
  }

  private void scaleInDoubles(int count) {
    scale(doubles, biases, multipliers, shifts, to.low(), to.high(), count);
  }

  private void scaleInIntegers(int count) {
    int zeroPoint = to.affine().zeroPoint();
    for (int i = 0; i < count; i++) {
      int channel = i % bias.length;
      // Overflows as a sum in 32 bits does.
      int sum = (int) (long) doubles[i] + bias[channel];
      doubles[i] = to.clamp().of(factors.get(channel).halvesAway(sum) + zeroPoint) - zeroPoint;
    }
  }

  // Loops over whole arrays, from 0 and without conversions where possible: else the compiler of
  // JDK 17 computes one value at a time.

  private static void scale(
      double[] values,
      double[] biases,
      double[] multipliers,
      double[] shifts,
      double low,
      double high,
      int count) {
    for (int i = 0; i < count; i++) {
      double highHalf = Math.floor((values[i] + biases[i]) * multipliers[i] + 0.5);
      values[i] = Math.max(low, Math.min(high, Math.rint(highHalf * shifts[i])));
    }
  }

  private static void widen(float[] from, double[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = from[i];
    }
  }

  private static void add(float[] from, double[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] += from[i];
    }
  }

  private static void narrow(double[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = (float) from[i];
    }
  }
}
