package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricUnit;
import dev.espalier.workers.facts.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The figures of a point as table cells. */
final class Figures {
  /** The cell of an unknown number. */
  static final String UNKNOWN = "-";

  /** The metrics that every table of a front shows, objectives or not. */
  private static final Set<String> SHOWN =
      Set.of(Metrics.VAL_ACCURACY, Metrics.SIZE_COMPRESSED_BYTES, Metrics.SPARSITY_ACHIEVED);

  private Figures() {}

  /** {@code 0.9540 ± 0.0184}, or without the interval if nothing is known about chance. */
  static String accuracy(Interval accuracy) {
    return number("%.4f", accuracy.mean()) + chance(accuracy.halfWidth());
  }

  static String chance(double halfWidth) {
    return Double.isNaN(halfWidth) ? "" : number(" ± %.4f", halfWidth);
  }

  static String size(Point point) {
    double bytes = point.metrics().get(Metrics.SIZE_COMPRESSED_BYTES);
    return Double.isNaN(bytes) ? UNKNOWN : ByteCount.text(bytes);
  }

  /** How many times larger the same network is as plain 32-bit weights. */
  static String ratio(Point point) {
    Metrics metrics = point.metrics();
    return number(
        "%.1fx",
        metrics.get(Metrics.SIZE_DENSE_BYTES) / metrics.get(Metrics.SIZE_COMPRESSED_BYTES));
  }

  /** Counts whole, losses with four digits, times to the microsecond. */
  static String value(Metric metric, double value) {
    String fraction = metric.unit() == MetricUnit.SECONDS ? "%.6f" : "%.4f";
    boolean whole = value == Math.rint(value) || Math.abs(value) >= 1000;
    return number(whole ? "%.0f" : fraction, value);
  }

  static String number(String format, double value) {
    return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value);
  }

  /** Objectives that have no column of their own. */
  static List<Metric> otherObjectives(Front front) {
    return front.objectives().stream()
        .map(Objective::metric)
        .filter(metric -> !SHOWN.contains(metric.name()))
        .toList();
  }
}
