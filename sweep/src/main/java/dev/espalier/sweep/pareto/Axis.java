package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricUnit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a picture: the position of values, and the values at its ticks.
 *
 * @param label with its unit
 * @param unit of the values
 * @param logarithmic whether equal ratios are equally long
 * @param low the value at the axis' start, less than {@code high}
 */
public record Axis(String label, MetricUnit unit, boolean logarithmic, double low, double high) {

  /** An axis that holds all {@code values} of an objective, with a margin. */
  public static Axis around(Objective objective, List<Double> values) {
    boolean logarithmic = objective.logarithmic();
    double low = values.stream().mapToDouble(v -> scale(v, logarithmic)).min().orElse(0);
    double high = values.stream().mapToDouble(v -> scale(v, logarithmic)).max().orElse(1);
    double margin = high > low ? 0.06 * (high - low) : 0.1;
    return new Axis(
        label(objective.metric()),
        objective.metric().unit(),
        logarithmic,
        unscale(low - margin, logarithmic),
        unscale(high + margin, logarithmic));
  }

  /** Whether the axis can show it. */
  static boolean shows(Objective objective, Point point) {
    return Double.isFinite(scale(objective.value(point.metrics()), objective.logarithmic()));
  }

  /** 0 at {@code low}, 1 at {@code high}. */
  double place(double value) {
    double start = scale(low, logarithmic);
    return (scale(value, logarithmic) - start) / (scale(high, logarithmic) - start);
  }

  /** Round values within the axis, in rising order, three to ten where that is possible. */
  List<Double> ticks() {
    if (logarithmic) {
      for (int[] digits : new int[][] {{1}, {1, 3}, {1, 2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9}}) {
        List<Double> ticks = decades(digits);
        if (ticks.size() >= 4) {
          return ticks;
        }
      }
    }
    return steps();
  }

  /** A tick as people read it. */
  String text(double tick) {
    if (unit == MetricUnit.BYTES) {
      return ByteCount.text(tick).replaceFirst("\\.0+ ", " ").replaceFirst("(\\.[0-9])0 ", "$1 ");
    } else if (unit == MetricUnit.SECONDS) {
      BigDecimal millis = new BigDecimal(1000 * tick).round(new MathContext(3));
      return millis.stripTrailingZeros().toPlainString() + " ms";
    }
    return String.format(Locale.ROOT, logarithmic || high - low > 10 ? "%.0f" : "%.2f", tick);
  }

  private List<Double> decades(int[] digits) {
    List<Double> ticks = new ArrayList<>();
    for (int exponent = (int) Math.floor(Math.log10(low));
        exponent <= Math.log10(high);
        exponent++) {
      for (int digit : digits) {
        double tick = Double.parseDouble(digit + "e" + exponent);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private List<Double> steps() {
    double raw = (high - low) / 6;
    double decade = Math.pow(10, Math.floor(Math.log10(raw)));
    double step =
        decade * (raw / decade <= 1 ? 1 : raw / decade <= 2 ? 2 : raw / decade <= 5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(low / step); i * step <= high; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private static String label(Metric metric) {
    List<String> notes = new ArrayList<>();
    if (metric.unit() != MetricUnit.COUNT && metric.unit() != MetricUnit.NUMBER) {
      notes.add(metric.unit().word());
    }
    if (metric.logarithmic()) {
      notes.add("logarithmic");
    }
    return metric.label() + (notes.isEmpty() ? "" : " (" + String.join(", ", notes) + ")");
  }

  private static double scale(double value, boolean logarithmic) {
    return logarithmic ? Math.log10(value) : value;
  }

  private static double unscale(double value, boolean logarithmic) {
    return logarithmic ? Math.pow(10, value) : value;
  }
}
