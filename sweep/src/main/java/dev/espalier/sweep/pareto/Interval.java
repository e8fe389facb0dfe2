package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.List;

/**
 * A point's metric with its uncertainty.
 *
 * @param mean of its trials
 * @param standardError of the mean; NaN where it is not known
 * @param halfWidth of the 95 % interval around the mean; NaN where it is not known
 * @param over the source of chance
 */
public record Interval(double mean, double standardError, double halfWidth, Over over) {
  /**
   * From this number of seeds, an interval is over seeds: two say almost nothing about a spread.
   */
  public static final int ENOUGH_SEEDS = 3;

  /** The 0.975 quantile of the standard normal distribution. */
  private static final double NORMAL = 1.959963984540054;

  /** The source of chance that an interval covers. */
  public enum Over {
    /** Other seeds, with the same validation images. */
    SEEDS,
    /** Other validation images, with the same seeds. */
    IMAGES,
    /** Nothing is known about chance. */
    NOTHING
  }

  /**
   * The mean of {@code metric} over the seeds. From three seeds on, the interval is Student's over
   * seeds: t(n - 1) s / sqrt(n) to each side. Below, a validation accuracy has the normal interval
   * over images, 1.96 standard errors to each side, and other metrics have none.
   */
  public static Interval of(Point point, String metric) {
    double mean = point.metrics().get(metric);
    int seeds = point.trials().size();
    if (Double.isNaN(mean)) {
      return new Interval(mean, Double.NaN, Double.NaN, Over.NOTHING);
    }
    if (seeds >= ENOUGH_SEEDS) {
      double error = overSeeds(point.values(metric));
      return new Interval(mean, error, StudentT.quantile975(seeds - 1) * error, Over.SEEDS);
    }
    List<Outcomes> outcomes = point.outcomes();
    if (!metric.equals(Metrics.VAL_ACCURACY) || outcomes.isEmpty()) {
      return new Interval(mean, Double.NaN, Double.NaN, Over.NOTHING);
    }
    double error = Outcomes.standardError(outcomes);
    return new Interval(mean, error, NORMAL * error, Over.IMAGES);
  }

  /** The lower end of the interval. */
  public double low() {
    return mean - halfWidth;
  }

  /** The upper end of the interval. */
  public double high() {
    return mean + halfWidth;
  }

  /** One standard error of the mean of {@code values}: s / sqrt(n), with n - 1 in the deviation. */
  static double overSeeds(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }
}
