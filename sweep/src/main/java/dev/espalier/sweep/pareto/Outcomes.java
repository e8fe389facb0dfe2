package dev.espalier.sweep.pareto;

import java.util.Base64;
import java.util.BitSet;

/** Which images of a split were classified rightly. */
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
   * @param base64 bit i of byte i / 8, from the lowest, is set where image i was classified rightly
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

  /** The fraction of images that were classified rightly. */
  public double accuracy() {
    return (double) correct.cardinality() / images;
  }

  /** One binomial standard error of the accuracy: sqrt(p (1 - p) / N). */
  public double standardError() {
    return Math.sqrt(accuracy() * (1 - accuracy()) / images);
  }

  /**
   * How much more accurate this is than {@code other} on the very same images.
   *
   * <p>Each image counts 1 where only this is right, -1 where only the other is, else 0; the
   * standard error is that of the mean of these N numbers. Images that both get right, or both
   * wrong, say nothing, so it is much smaller than that of two independent accuracies (McNemar
   * 1947).
   */
  Difference minus(Outcomes other) {
    BitSet differing = (BitSet) correct.clone();
    differing.xor(other.correct);
    double mean = (double) (correct.cardinality() - other.correct.cardinality()) / images;
    double meanOfSquares = (double) differing.cardinality() / images;
    return new Difference(mean, Math.sqrt((meanOfSquares - mean * mean) / images));
  }
}
