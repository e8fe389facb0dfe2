package dev.espalier.workers.int8;

import dev.espalier.workers.quantize.Affine;

/**
 * A positive number as a 31-bit multiplier and a power of two, by which the sums of 32 bits are
 * brought to the scale of the 8-bit values: {@code multiplier / 2^31 * 2^shift} (arXiv 1712.05877,
 * section 2.2; {@code QuantizeMultiplier} of quantization_util.cc in TensorFlow Lite).
 *
 * @param multiplier 0, or in [2^30, 2^31)
 * @param shift in [-31, 30]; to the left where it is above 0
 */
public record Requantization(int multiplier, int shift) {
  private static final int FRACTION_BITS = 31;
  private static final int LEAST_SHIFT = -31;
  private static final int GREATEST_SHIFT = 30;

  public Requantization {
    boolean normalized = multiplier >= 1 << (FRACTION_BITS - 1);
    if (!normalized && multiplier != 0) {
      throw new IllegalArgumentException(
          "a multiplier must be 0 or in [2^30, 2^31), found " + multiplier);
    }
    if (shift < LEAST_SHIFT || shift > GREATEST_SHIFT) {
      throw new IllegalArgumentException("a shift must be in [-31, 30], found " + shift);
    }
  }

  /**
   * The nearest multiplier; numbers below 2^-32 become 0.
   *
   * @throws IllegalArgumentException if {@code number} is negative, NaN, or 2^30 and above
   */
  public static Requantization of(double number) {
    return of("a quotient of scales", number);
  }

  /**
   * That of a channel of a convolution, whose scales are multiplied in double precision ({@code
   * PopulateConvolutionQuantizationParams} of kernel_util.cc).
   *
   * @param input what the convolution reads
   */
  public static Requantization of(IntegerOp.Convolution op, Affine input, int channel) {
    double product = (double) input.scale() * op.scales()[channel];
    return of(op.name() + "[" + channel + "]: a quotient of scales", product / op.affine().scale());
  }

  /**
   * That of a dense layer, for which the product of the scales is a float ({@code
   * GetQuantizedConvolutionMultipler} of kernel_util.cc).
   *
   * @param input what the layer reads
   */
  public static Requantization of(IntegerOp.Dense op, Affine input) {
    float product = input.scale() * op.scale();
    return of(op.name() + ": a quotient of scales", (double) product / op.affine().scale());
  }

  private static Requantization of(String what, double number) {
    int exponent = Math.getExponent(number) + 1;
    long multiplier = Math.round(Math.scalb(number, FRACTION_BITS - exponent));
    if (multiplier == 1L << FRACTION_BITS) {
      multiplier /= 2;
      exponent++;
    }
    if (!(number >= 0) || exponent > GREATEST_SHIFT) {
      throw new IllegalArgumentException(what + " must be in [0, 2^30), found " + number);
    }
    return exponent < LEAST_SHIFT
        ? new Requantization(0, 0)
        : new Requantization((int) multiplier, exponent);
  }

  /**
   * A number of 32 bits times the factor, rounded twice: the high half of twice the product to the
   * nearest, halves up, then the shift to the right to the nearest, halves away from 0. This is
   * {@code MultiplyByQuantizedMultiplier} of common.cc in TensorFlow Lite Micro, there by
   * gemmlowp's {@code SaturatingRoundingDoublingHighMul} and {@code RoundingDivideByPOT}. A shift
   * to the left comes first and drops what 32 bits do not hold.
   */
  public int halvesAway(int x) {
    long high = high(x);
    return shift >= 0 ? (int) high : (int) ((high + half() + (high >> 63)) >> -shift);
  }

  /**
   * The same with halves up in both roundings, as in the convolutions of Ruy ({@code
   * MultiplyByQuantizedMultiplier} of its apply_multiplier.cc in TensorFlow Lite 2.8).
   */
  public int halvesUp(int x) {
    long high = high(x);
    return shift >= 0 ? (int) high : (int) ((high + half()) >> -shift);
  }

  private long high(int x) {
    int shifted = shift > 0 ? x << shift : x;
    return ((long) shifted * multiplier + (1L << (FRACTION_BITS - 1))) >> FRACTION_BITS;
  }

  private long half() {
    return 1L << (-shift - 1);
  }
}
