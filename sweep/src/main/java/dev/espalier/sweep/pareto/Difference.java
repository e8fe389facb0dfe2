package dev.espalier.sweep.pareto;

import dev.espalier.workers.stage.Metrics;

/**
 * How much more accurate one trial is than another on validation images, and how far chance goes.
 *
 * @param accuracy a fraction, negative where the other is better
 * @param standardError of that difference; NaN where it is not known
 */
public record Difference(double accuracy, double standardError) {

  /**
   * {@code a} less {@code b}: paired by image where both are of one seed, else of independent
   * accuracies.
   */
  public static Difference between(Point a, Point b) {
    if (a.correct() != null && b.correct() != null && a.pairsWith(b)) {
      return a.correct().minus(b.correct());
    }
    return new Difference(
        a.metrics().get(Metrics.VAL_ACCURACY) - b.metrics().get(Metrics.VAL_ACCURACY),
        Math.hypot(a.standardError(), b.standardError()));
  }

  /** Whether the difference is within two standard errors: chance may explain it. */
  public boolean tied() {
    return Math.abs(accuracy) <= 2 * standardError;
  }
}
