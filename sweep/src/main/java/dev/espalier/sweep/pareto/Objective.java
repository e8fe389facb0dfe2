package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What to have much or little of.
 *
 * @param metric its name, as in the journal
 * @param maximize whether more is better; else less is
 */
public record Objective(String metric, boolean maximize) {
  private static final Pattern LOGARITHMIC =
      Pattern.compile("(size|params|macs|latency|memory)/.*");

  public static Objective maximize(String metric) {
    return new Objective(metric, true);
  }

  public static Objective minimize(String metric) {
    return new Objective(metric, false);
  }

  /** The objectives {@code maximize}, then {@code minimize}, in the order given. */
  public static List<Objective> of(List<String> maximize, List<String> minimize) {
    return Stream.concat(
            maximize.stream().map(Objective::maximize), minimize.stream().map(Objective::minimize))
        .toList();
  }

  /** The value in {@code metrics}; NaN where there is none. */
  double value(Metrics metrics) {
    return metrics.get(metric);
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

  /** Whether ratios of it matter rather than differences: sizes, parameters, MACs, latencies. */
  boolean logarithmic() {
    return LOGARITHMIC.matcher(metric).matches();
  }
}
