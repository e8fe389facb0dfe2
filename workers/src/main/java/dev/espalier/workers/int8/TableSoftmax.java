package dev.espalier.workers.int8;

import dev.espalier.workers.quantize.Affine;

/**
 * The softmax of TensorFlow Lite's builtin kernels: a table of exponentials and sums of floats
 * ({@code PopulateSoftmaxLookupTable} and {@code Softmax} of optimized_ops.h).
 */
final class TableSoftmax {
  private static final float OUTPUT_SCALE = 1f / 256;

  /** exp(-scale d) of a difference d. */
  private final float[] exponentials = new float[256];

  /**
   * @param logits what is read
   */
  TableSoftmax(Affine logits) {
    for (int d = 0; d < exponentials.length; d++) {
      exponentials[d] = (float) StrictMath.exp(-logits.scale() * d);
    }
  }

  /** The probabilities of some logits, with scale 1/256 and zero point -128. */
  byte[] of(byte[] logits) {
    int greatest = Byte.MIN_VALUE;
    for (byte logit : logits) {
      greatest = Math.max(greatest, logit);
    }
    float sum = 0;
    for (byte logit : logits) {
      sum += exponentials[greatest - logit];
    }
    float factor = 1 / (sum * OUTPUT_SCALE);
    byte[] probabilities = new byte[logits.length];
    for (int i = 0; i < logits.length; i++) {
      // Floats below 2^22 and a half are exact in double precision: halves up, none is negative.
      long share = Math.round((double) (exponentials[greatest - logits[i]] * factor));
      probabilities[i] = (byte) Math.min(share + Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    return probabilities;
  }
}
