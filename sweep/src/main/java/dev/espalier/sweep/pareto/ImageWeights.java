package dev.espalier.sweep.pareto;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How often each image occurs in a bootstrap replicate: as many images are drawn as there are, with
 * replacement. Counts are kept as binary digits, one plane of bits for each digit, so that a
 * network's right answers are counted 64 images at a time.
 */
final class ImageWeights {
  private final int[] counts;
  private long[][] planes = {};

  /**
   * @param images at least 1
   */
  ImageWeights(int images) {
    this.counts = new int[images];
  }

  /** Draws the images of the next replicate. */
  void draw(SplittableRandom random) {
    Arrays.fill(counts, 0);
    int most = 0;
    for (int i = 0; i < counts.length; i++) {
      // The upper bits of a product: uniform up to one part in 2^32 / images.
      int image = (int) (((random.nextLong() >>> 32) * counts.length) >>> 32);
      most = Math.max(most, ++counts[image]);
    }
    planes = new long[Integer.SIZE - Integer.numberOfLeadingZeros(most)][(counts.length + 63) / 64];
    for (int i = 0; i < counts.length; i++) {
      for (int digits = counts[i]; digits != 0; digits &= digits - 1) {
        planes[Integer.numberOfTrailingZeros(digits)][i / 64] |= 1L << i % 64;
      }
    }
  }

  /** How often image {@code i} occurs. */
  int count(int i) {
    return counts[i];
  }

  /**
   * How many of the drawn images are right, each as often as it was drawn.
   *
   * @param right by {@link Outcomes#words}
   */
  int right(long[] right) {
    int sum = 0;
    for (int digit = 0; digit < planes.length; digit++) {
      long[] plane = planes[digit];
      int bits = 0;
      for (int i = 0; i < right.length; i++) {
        bits += Long.bitCount(plane[i] & right[i]);
      }
      sum += bits << digit;
    }
    return sum;
  }
}
