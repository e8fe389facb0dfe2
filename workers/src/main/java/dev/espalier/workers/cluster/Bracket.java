package dev.espalier.workers.cluster;

/**
 * The search for a positive number at which a count, which never rises with the number, comes to
 * lie where it is wanted.
 *
 * <p>Guesses are scaled and halved in the exponent only, so that a search over values twice as
 * large takes the same steps.
 */
final class Bracket {
  private double low;
  private double high = Double.POSITIVE_INFINITY;
  private double step = 4;

  /** The count at {@code number} is too high: the number wanted is greater. */
  void above(double number) {
    low = number;
  }

  /** The count at {@code number} is too low: the number wanted is less. */
  void below(double number) {
    high = number;
  }

  /** Whether no number is left between the bounds. */
  boolean isClosed() {
    return Math.nextUp(low) >= high;
  }

  /**
   * A number between the bounds: {@code guess} if it lies well within them, else the middle of
   * their exponents; where one bound is still missing, a number beyond the other in growing steps.
   */
  double next(double guess) {
    if (low == 0 || high == Double.POSITIVE_INFINITY) {
      return beyond(guess);
    }
    if (low < guess && guess < high) {
      return guess;
    }
    long middle = (Double.doubleToLongBits(low) + Double.doubleToLongBits(high)) >>> 1;
    return Double.longBitsToDouble(middle);
  }

  private double beyond(double guess) {
    if (low == 0 && high == Double.POSITIVE_INFINITY) {
      return guess;
    }
    double next = low == 0 ? Math.min(guess, high / step) : Math.max(guess, low * step);
    step *= step;
    return low == 0 ? Math.max(next, Double.MIN_VALUE) : Math.min(next, Double.MAX_VALUE);
  }
}
