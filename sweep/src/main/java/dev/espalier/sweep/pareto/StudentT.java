package dev.espalier.sweep.pareto;

/**
 * Student's t distribution (Student 1908, "The probable error of a mean"), by the finite series for
 * whole degrees of freedom in Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3
 * and 26.7.4.
 */
final class StudentT {
  private static final double CONFIDENCE = 0.95;

  private StudentT() {}

  /**
   * The t that a variable is within, to both sides, with probability 0.95: 12.706 with 1 degree of
   * freedom, 4.303 with 2, towards 1.960 with many.
   */
  static double quantile975(int degrees) {
    if (degrees < 1) {
      throw new IllegalArgumentException("degrees of freedom must be at least 1, found " + degrees);
    }
    double low = 0;
    double high = 16;
    for (double middle = 8; middle > low && middle < high; middle = (low + high) / 2) {
      if (within(middle, degrees) < CONFIDENCE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** The probability that a variable lies in [-t, t]. */
  static double within(double t, int degrees) {
    double angle = StrictMath.atan(t / Math.sqrt(degrees));
    double sine = StrictMath.sin(angle);
    double cosine = StrictMath.cos(angle);
    boolean odd = degrees % 2 == 1;
    double term = odd ? cosine : 1;
    double sum = degrees == 1 ? 0 : term;
    for (int i = odd ? 3 : 2; i <= degrees - 2; i += 2) {
      term *= cosine * cosine * (i - 1) / i;
      sum += term;
    }
    return odd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
  }
}
