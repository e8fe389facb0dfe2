package dev.espalier.workers.int8;

import dev.espalier.workers.quantize.Affine;

/**
 * The softmax of TensorFlow Lite Micro in integers alone ({@code Softmax} of reference/softmax.h,
 * {@code PreprocessSoftmaxScaling} and {@code CalculateInputRadius} of quantization_util.cc).
 */
final class FixedPointSoftmax {
  /** Differences of logits have 5 integer bits, their exponentials none, the sum of these 12. */
  private static final int DIFFERENCE_BITS = 5;

  private static final int SUM_BITS = 12;
  private static final int OUTPUT_BITS = 8;

  private final Requantization scaling;
  private final int leastDifference;

  /**
   * @param logits what is read
   * @throws IllegalArgumentException if its scale is 2^-26 or less, which the kernel refuses
   */
  FixedPointSoftmax(Affine logits) {
    double factor = Math.scalb((double) logits.scale(), 31 - DIFFERENCE_BITS);
    if (factor <= 1) {
      throw new IllegalArgumentException(
          "the scale of logits must be above 2^-26, found " + logits.scale());
    }
    if (factor < 1 << 30) {
      scaling = Requantization.of(factor);
      int greatest = ((1 << DIFFERENCE_BITS) - 1) << (31 - DIFFERENCE_BITS);
      leastDifference = -(greatest >> scaling.shift());
    } else {
      // From a scale of 16 on exp(-scale) is nothing: the greatest logits share the probability.
      scaling = new Requantization(0, 0);
      leastDifference = 0;
    }
  }

  /** The probabilities of some logits, with scale 1/256 and zero point -128. */
  byte[] of(byte[] logits) {
    int greatest = Byte.MIN_VALUE;
    for (byte logit : logits) {
      greatest = Math.max(greatest, logit);
    }
    int[] exponentials = new int[logits.length];
    int sum = 0;
    for (int i = 0; i < logits.length; i++) {
      int difference = logits[i] - greatest;
      if (difference >= leastDifference) {
        exponentials[i] = FixedPoint.exponential(scaling.halvesAway(difference));
        sum += FixedPoint.quotient(exponentials[i], SUM_BITS);
      }
    }
    int headroom = Integer.numberOfLeadingZeros(sum);
    int reciprocal = FixedPoint.reciprocalOfOnePlus((sum << headroom) - (1 << 31));
    int exponent = SUM_BITS - headroom + 31 - OUTPUT_BITS;
    byte[] probabilities = new byte[logits.length];
    for (int i = 0; i < logits.length; i++) {
      int share = FixedPoint.quotient(FixedPoint.product(reciprocal, exponentials[i]), exponent);
      probabilities[i] = (byte) Math.min(share + Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    return probabilities;
  }
}
