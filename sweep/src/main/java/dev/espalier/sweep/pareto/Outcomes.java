package dev.espalier.sweep.pareto;

import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;

/** Which images of a split were classified correctly. */
public final class Outcomes {
  private final BitSet correct;
  private final int images;

  private Outcomes(BitSet correct, int images) {
    this.correct = correct;
    this.images = images;
  }

  /**
   * Reads what a stage's result holds.
   *
   * @param base64 bit i of byte i / 8, from the lowest, is set if image i was classified correctly
   * @param images in the split, at least 1
   * @throws IllegalArgumentException if this is not Base64, has another length than the images
   *     need, or a bit behind the last image
   */
  public static Outcomes decode(String base64, int images) {
    if (images < 1) {
      throw new IllegalArgumentException("a split must have at least 1 image, found " + images);
    }
    byte[] bytes = Base64.getDecoder().decode(base64);
    int needed = (images + 7) / 8;
    if (bytes.length != needed) {
      throw new IllegalArgumentException(
          "outcomes of " + images + " images must be " + needed + " bytes, found " + bytes.length);
    }
    BitSet correct = BitSet.valueOf(bytes);
    if (correct.length() > images) {
      throw new IllegalArgumentException(
          "outcomes of "
              + images
              + " images must end there, found one of image "
              + correct.length());
    }
    return new Outcomes(correct, images);
  }

  public int images() {
    return images;
  }

  /** The fraction of images that were classified correctly. */
  public double accuracy() {
    return (double) correct.cardinality() / images;
  }

  /** Bit i % 64 of word i / 64 is set where image i was classified rightly. */
  long[] words() {
    return Arrays.copyOf(correct.toLongArray(), (images + 63) / 64);
  }

  /**
   * One standard error of the mean accuracy of networks, as other images would have it: over images
   * the standard deviation of the share of networks that are right, by the root of their number.
   * For one network this is the binomial sqrt(p (1 - p) / N).
   *
   * @param of one or more, of the same images
   */
  static double standardError(List<Outcomes> of) {
    int[] right = new int[images(of)];
    of.forEach(outcomes -> outcomes.add(right, 1));
    return standardError(right, of.size());
  }

  /**
   * One standard error of the difference between two means of as many networks on the very same
   * images, as other images would have it. Images that both get right, or both wrong, say nothing,
   * so it is much smaller than that of two independent accuracies (McNemar 1947).
   *
   * @param a one or more, of the same images
   * @param b as many as {@code a}, of the same images too
   */
  static double standardErrorOfDifference(List<Outcomes> a, List<Outcomes> b) {
    int[] difference = new int[images(a)];
    a.forEach(outcomes -> outcomes.add(difference, 1));
    b.forEach(outcomes -> outcomes.add(difference, -1));
    return standardError(difference, a.size());
  }

  private static int images(List<Outcomes> of) {
    int images = of.get(0).images;
    if (of.stream().anyMatch(outcomes -> outcomes.images != images)) {
      throw new IllegalArgumentException("outcomes must be of the same images");
    }
    return images;
  }

  private void add(int[] sums, int sign) {
    if (sums.length != images) {
      throw new IllegalArgumentException("outcomes must be of the same images");
    }
    for (int i = correct.nextSetBit(0); i >= 0; i = correct.nextSetBit(i + 1)) {
      sums[i] += sign;
    }
  }

  /** Of the mean of {@code sums / networks}; sums stay whole, so that equal ones are at 0. */
  private static double standardError(int[] sums, int networks) {
    long sum = 0;
    long squares = 0;
    for (int value : sums) {
      sum += value;
      squares += (long) value * value;
    }
    double images = sums.length;
    double variance = (squares - sum * (sum / images)) / images;
    return Math.sqrt(Math.max(0, variance) / images) / networks;
  }
}
