package dev.espalier.workers.ledger;

import java.util.Arrays;

/**
 * The zero-order entropy of values: the bits that any coder needs on average that knows of each
 * value only how often it occurs, and neither its place nor its neighbors (Shannon 1948). No
 * encoding reaches it, since the table of the values is not counted. Encodings that use places may
 * be below: rows of zeros in CSR, repeated runs in a zip.
 */
public final class Entropy {
  private static final double LN_2 = StrictMath.log(2);

  private Entropy() {}

  /** n times the entropy of {@code values}, in bits. Values differ if their bits differ. */
  public static double bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits(bits);
  }

  /** n times the entropy of {@code values}, in bits. */
  public static double bits(int[] values) {
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    double bits = 0;
    int from = 0;
    for (int to = 1; to <= sorted.length; to++) {
      if (to == sorted.length || sorted[to] != sorted[from]) {
        double count = to - from;
        bits += count * StrictMath.log(sorted.length / count) / LN_2;
        from = to;
      }
    }
    return bits;
  }
}
