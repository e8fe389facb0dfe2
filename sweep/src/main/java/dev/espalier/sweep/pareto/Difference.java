package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.List;

/**
 * How much more accurate one point is than another on validation images, with its standard error.
 *
 * @param accuracy a fraction, negative where the other is better
 * @param standardError of that difference; NaN where it is not known
 */
public record Difference(double accuracy, double standardError) {

  /**
   * {@code a} less {@code b}. Where both are of the same seeds they are paired, by seed and by
   * image; else their accuracies count as independent, since chance has changed the baseline too.
   *
   * <p>What other images would change and, from three seeds on, what other seeds would change are
   * estimated one after the other and their squares added, as for effects that cross (Owen 2007,
   * "The pigeonhole bootstrap"). What no part of the two explains is counted in both, which errs
   * towards a larger error.
   */
  public static Difference between(Point a, Point b) {
    double accuracy = a.metrics().get(Metrics.VAL_ACCURACY) - b.metrics().get(Metrics.VAL_ACCURACY);
    return new Difference(
        accuracy, a.seeds().equals(b.seeds()) ? paired(a, b) : Math.hypot(error(a), error(b)));
  }

  /** Whether the difference is within two standard errors: chance may explain it. */
  public boolean tied() {
    return Math.abs(accuracy) <= 2 * standardError;
  }

  private static double paired(Point a, Point b) {
    List<Outcomes> ofA = a.outcomes();
    List<Outcomes> ofB = b.outcomes();
    double images =
        ofA.isEmpty() || ofB.isEmpty() ? Double.NaN : Outcomes.standardErrorOfDifference(ofA, ofB);
    double[] difference = a.values(Metrics.VAL_ACCURACY);
    double[] other = b.values(Metrics.VAL_ACCURACY);
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= other[i];
    }
    return known(images, seeds(difference));
  }

  private static double error(Point point) {
    List<Outcomes> outcomes = point.outcomes();
    double images = outcomes.isEmpty() ? Double.NaN : Outcomes.standardError(outcomes);
    return known(images, seeds(point.values(Metrics.VAL_ACCURACY)));
  }

  private static double seeds(double[] values) {
    return values.length < Interval.ENOUGH_SEEDS ? Double.NaN : Interval.overSeeds(values);
  }

  /** Both errors together, or the one that is known. */
  private static double known(double images, double seeds) {
    if (Double.isNaN(images)) {
      return seeds;
    }
    return Double.isNaN(seeds) ? images : Math.hypot(images, seeds);
  }
}
