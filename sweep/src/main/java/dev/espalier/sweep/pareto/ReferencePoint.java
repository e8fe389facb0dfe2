package dev.espalier.sweep.pareto;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * The point that a hypervolume is measured from: for each objective a value that counts as worth
 * nothing. It must stay the same while a sweep is extended, or volumes could not be compared.
 *
 * @param values a finite number for each objective that has one
 */
public record ReferencePoint(Map<Objective, Double> values) {
  public ReferencePoint {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    if (!values.values().stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a reference must be finite, found " + values);
    }
  }

  /** No reference yet. */
  public static final ReferencePoint NONE = new ReferencePoint(Map.of());

  /**
   * This with a value for each of {@code objectives} that has none yet: 0 for a fraction to be
   * maximized; for a metric to be minimized that is a part of another, such as the size of a
   * network, the other one's value, the largest of {@code points}; for all else the worst finite
   * value among {@code points}.
   */
  public ReferencePoint with(List<Objective> objectives, List<Point> points) {
    Map<Objective, Double> more = new LinkedHashMap<>(values);
    for (Objective objective : objectives) {
      double worst = worst(objective, points);
      if (Double.isFinite(worst)) {
        more.putIfAbsent(objective, worst);
      }
    }
    return new ReferencePoint(more);
  }

  /** The value of an objective; NaN where there is none. */
  public double value(Objective objective) {
    return values.getOrDefault(objective, Double.NaN);
  }

  /**
   * How much better {@code point} is than this, in each objective: differences, but on a
   * logarithmic scale how often the value was halved.
   */
  double[] gains(Point point, List<Objective> objectives) {
    return objectives.stream()
        .mapToDouble(
            o -> {
              double here = o.cost(point.metrics());
              double there = cost(o, value(o));
              double gain = o.gain(here) - o.gain(there);
              return o.logarithmic() ? gain / StrictMath.log(2) : gain;
            })
        .toArray();
  }

  private static double cost(Objective objective, double value) {
    return objective.maximize() ? -value : value;
  }

  private static double worst(Objective objective, List<Point> points) {
    if (objective.maximize() && objective.metric().unit().isFraction()) {
      return 0;
    }
    String whole = objective.metric().dense();
    String dense = objective.maximize() || whole == null ? objective.name() : whole;
    DoubleStream finite =
        points.stream().mapToDouble(p -> p.metrics().get(dense)).filter(Double::isFinite);
    return (objective.maximize() ? finite.min() : finite.max()).orElse(Double.NaN);
  }
}
