package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import java.util.List;
import java.util.stream.Stream;

/**
 * What to have much or little of.
 *
 * @param maximize whether more is better; else less is, whatever the catalogue says of the metric
 */
public record Objective(Metric metric, boolean maximize) {

  /** A metric of the standard catalogue to be maximized. */
  public static Objective maximize(String metric) {
    return new Objective(MetricCatalogue.STANDARD.get(metric), true);
  }

  /** A metric of the standard catalogue to be minimized. */
  public static Objective minimize(String metric) {
    return new Objective(MetricCatalogue.STANDARD.get(metric), false);
  }

  /** The objectives {@code maximize}, then {@code minimize}, in the order given. */
  public static List<Objective> of(
      List<String> maximize, List<String> minimize, MetricCatalogue metrics) {
    return Stream.concat(
            maximize.stream().map(name -> new Objective(metrics.get(name), true)),
            minimize.stream().map(name -> new Objective(metrics.get(name), false)))
        .toList();
  }

  /** The name of its metric. */
  public String name() {
    return metric.name();
  }

  /** Whether it asks for validation accuracy, of which is known what chance leaves open. */
  boolean isAccuracy() {
    return maximize && name().equals(Metrics.VAL_ACCURACY);
  }

  /** The value in {@code metrics}; NaN where there is none. */
  double value(Metrics metrics) {
    return metrics.get(name());
  }

  /** The value so turned that less is better. */
  double cost(Metrics metrics) {
    // Adding zero makes -0.0 a plain zero, which must not be worse or better than another.
    return (maximize ? -value(metrics) : value(metrics)) + 0.0;
  }

  /**
   * The value that has this {@link #cost}, on the scale where differences matter: more is better.
   */
  double gain(double cost) {
    double value = maximize ? -cost : cost;
    double scaled = logarithmic() ? StrictMath.log(value) : value;
    return maximize ? scaled : -scaled;
  }

  /** Whether ratios of it matter rather than differences. */
  boolean logarithmic() {
    return metric.logarithmic();
  }
}
