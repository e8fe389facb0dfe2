package dev.espalier.workers.int8;

/**
 * Numbers of 32 bits as fractions, by gemmlowp's fixedpoint.h: a number with i integer bits is
 * {@code raw / 2^(31 - i)}.
 */
final class FixedPoint {
  private static final int EXP_OF_MINUS_EIGHTH = 1895147668;
  private static final int THIRD = 715827883;
  private static final int EIGHTH = 1 << 28;

  /** exp(-2^k) for k from -2, without integer bits. */
  private static final int[] EXP_OF_MINUS_POWERS = {
    1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242
  };

  /** 48/17 and 32/17 with two integer bits: the first guess of 1/d is 48/17 - 32/17 d. */
  private static final int FORTY_EIGHT_17THS = 1515870810;

  private static final int THIRTY_TWO_17THS = 1010580540;

  private FixedPoint() {}

  /** The product to the nearest; integer bits add up. Only the least number squared overflows. */
  static int product(int a, int b) {
    if (a == Integer.MIN_VALUE && b == Integer.MIN_VALUE) {
      return Integer.MAX_VALUE;
    }
    return (int) (((long) a * b + (1L << 30)) >> 31);
  }

  /** The quotient by 2^exponent, which is at least 0, to the nearest, halves away from 0. */
  static int quotient(int x, int exponent) {
    if (exponent == 0) {
      return x;
    }
    return (int) ((x + (1L << (exponent - 1)) + (x >> 31)) >> exponent);
  }

  /** Times 2^exponent, at most what 32 bits hold and at least the negative of it less 1. */
  static int saturated(int x, int exponent) {
    int most = (1 << (31 - exponent)) - 1;
    if (x > most) {
      return Integer.MAX_VALUE;
    }
    return x < -most ? Integer.MIN_VALUE : x << exponent;
  }

  /**
   * exp(x): a Taylor polynomial for what x lacks of a multiple of 1/4, times the exponentials of
   * the powers of two in that multiple.
   *
   * @param x at most 0, with 5 integer bits
   * @return without integer bits
   */
  static int exponential(int x) {
    if (x == 0) {
      return Integer.MAX_VALUE;
    }
    int quarter = 1 << 24;
    int rest = (x & (quarter - 1)) - quarter;
    int result = exponentialNearMinusEighth(saturated(rest, 5));
    int multiple = rest - x;
    for (int k = 0; k < EXP_OF_MINUS_POWERS.length; k++) {
      if ((multiple & (quarter << k)) != 0) {
        result = product(result, EXP_OF_MINUS_POWERS[k]);
      }
    }
    return result;
  }

  /** exp(x) for x in [-1/4, 0), both without integer bits. */
  private static int exponentialNearMinusEighth(int x) {
    int y = x + EIGHTH;
    int y2 = product(y, y);
    int y3 = product(y2, y);
    int y4 = product(y2, y2);
    int third = product(quotient(y4, 2) + y3, THIRD);
    int sum = y + quotient(third + y2, 1);
    return EXP_OF_MINUS_EIGHTH + product(EXP_OF_MINUS_EIGHTH, sum);
  }

  /**
   * 1 / (1 + x) for x in [0, 1), both without integer bits, by three steps of Newton and Raphson.
   */
  static int reciprocalOfOnePlus(int x) {
    int halfDenominator = (int) (((long) x + Integer.MAX_VALUE + 1) / 2);
    int one = 1 << 29;
    int guess = FORTY_EIGHT_17THS + product(halfDenominator, -THIRTY_TWO_17THS);
    for (int step = 0; step < 3; step++) {
      int error = one - product(halfDenominator, guess);
      guess += saturated(product(guess, error), 2);
    }
    return saturated(guess, 1);
  }
}
