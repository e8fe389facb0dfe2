package dev.espalier.workers.quantize;

/** 16-bit floats (IEEE 754 binary16): 1 sign bit, 5 bits of exponent, 10 bits of fraction. */
public final class Half {
  /** The greatest finite value. */
  public static final float MAX = 65504;

  private static final int FRACTION_BITS = 10;
  private static final int LEAST_EXPONENT = -14;
  private static final int BIAS = 15;

  private Half() {}

  /**
   * The bits of the nearest 16-bit float, ties to the even one. Values beyond the range, including
   * infinities, become the greatest finite value with that sign, so that finite weights stay
   * finite.
   *
   * @throws IllegalArgumentException if {@code value} is NaN
   */
  public static short of(float value) {
    if (Float.isNaN(value)) {
      throw new IllegalArgumentException("a 16-bit float must be a number, found NaN");
    }
    float magnitude = Math.min(Math.abs(value), MAX);
    int exponent = Math.max(Math.getExponent(magnitude), LEAST_EXPONENT);
    // Scaling by a power of two is exact, and rint rounds ties to even.
    int steps = (int) Math.rint(Math.scalb((double) magnitude, FRACTION_BITS - exponent));
    // A normal number has 2^10 steps or more; these carry over into the bits of the exponent.
    int bits = ((exponent + BIAS - 1) << FRACTION_BITS) + steps;
    return (short) (Float.floatToRawIntBits(value) < 0 ? bits | 0x8000 : bits);
  }

  /** The value of a 16-bit float, exactly; with all exponent bits set infinite or NaN. */
  public static float value(short bits) {
    int exponent = (bits >> FRACTION_BITS) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((float) fraction, LEAST_EXPONENT - FRACTION_BITS);
    } else {
      magnitude = Math.scalb((float) (fraction + 0x400), exponent - BIAS - FRACTION_BITS);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
