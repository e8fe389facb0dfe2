package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The point that satisfies a rule, by validation accuracy and compressed size: test accuracy is
 * shown but never used to choose.
 *
 * @param front by these two
 * @param picked null where no point satisfies the rule
 */
public record Selection(SelectionRule rule, Front front, @Nullable Point picked) {
  /** Less than a hundredth of an image of any data set: the effect of rounding on a difference. */
  private static final double ROUNDING = 1e-9;

  /** The order by size; of equal points the more accurate comes first, then by name. */
  private static final Comparator<Point> SMALLEST =
      Comparator.comparingDouble(Selection::bytes)
          .thenComparingDouble(point -> -accuracy(point))
          .thenComparing(Point::name);

  private static final Comparator<Point> MOST_ACCURATE =
      Comparator.comparingDouble((Point point) -> -accuracy(point)).thenComparing(SMALLEST);

  /**
   * The choice among {@code points}.
   *
   * @param points by {@link Repetitions#merged}, so that seeds repeat a configuration
   */
  public static Selection of(SelectionRule rule, List<Point> points) {
    Front front = front(points);
    Selection open = new Selection(rule, front, null);
    return new Selection(rule, front, open.pick());
  }

  /** The choice of a requested {@code point}, with its neighbours. */
  public static Selection asked(Point point, List<Point> points) {
    return new Selection(new SelectionRule.Asked(), front(points), point);
  }

  private static Front front(List<Point> points) {
    return Front.of(
        points,
        List.of(
            Objective.maximize(Metrics.VAL_ACCURACY),
            Objective.minimize(Metrics.SIZE_COMPRESSED_BYTES)));
  }

  private @Nullable Point pick() {
    if (rule instanceof SelectionRule.AtKnee) {
      return Knee.of(front);
    } else if (rule instanceof SelectionRule.MaxBytes most) {
      return first(MOST_ACCURATE, point -> bytes(point) <= most.bytes());
    }
    return first(SMALLEST, point -> margin(point) >= -ROUNDING);
  }

  /**
   * The smallest point that satisfies the rule even if its accuracy is two standard errors less
   * than measured; null where there is none, or the rule is not for an accuracy.
   */
  public @Nullable Point beyondChance() {
    return rule instanceof SelectionRule.Within || rule instanceof SelectionRule.MinAccuracy
        ? first(SMALLEST, point -> margin(point) - 2 * standardError(point) >= -ROUNDING)
        : null;
  }

  /** The point that comes closest to a rule that none satisfies; null where there is no point. */
  public @Nullable Point nearest() {
    return first(rule instanceof SelectionRule.MaxBytes ? SMALLEST : MOST_ACCURATE, point -> true);
  }

  /**
   * The dense network from which a point was made, or the mean over the point's seeds; null if its
   * accuracy is not known.
   */
  public @Nullable Point dense(Point point) {
    return first(SMALLEST, other -> isDense(other, point));
  }

  /**
   * The reference for a loss of accuracy: the dense network from which a point was made. If that
   * network has other classes than the data, so that its accuracy is unknown, it is the most
   * accurate of all points made from it. Null if there is neither.
   */
  public @Nullable Point reference(Point point) {
    Point dense = dense(point);
    boolean ofOtherClasses =
        front.excluded().stream().anyMatch(other -> isDense(other.point(), point));
    return dense == null && ofOtherClasses
        ? first(MOST_ACCURATE, other -> other.starts().equals(point.starts()))
        : dense;
  }

  private static boolean isDense(Point other, Point point) {
    return other.dense() && other.starts().equals(point.starts());
  }

  /**
   * The same dense network, fine-tuned for as long as a point, which shows the effect of the epochs
   * alone. Null where the sweep has none, or the point is not fine-tuned.
   */
  public @Nullable Point denseFineTuned(Point point) {
    List<String> starts = point.starts();
    Map<String, String> fineTuning = fineTuning(point);
    return first(
        SMALLEST,
        other ->
            other.lineage().fineTunedAlone()
                && other.starts().equals(starts)
                && fineTuning(other).equals(fineTuning));
  }

  /** How a point was fine-tuned. */
  private static Map<String, String> fineTuning(Point point) {
    Map<String, String> parameters = new TreeMap<>(point.parameters());
    parameters.keySet().removeIf(name -> !name.startsWith("fine_tune"));
    return parameters;
  }

  /** The next smaller point of the front; null where there is none. */
  public @Nullable Point smaller(Point point) {
    return front.points().stream()
        .filter(other -> bytes(other) < bytes(point))
        .max(SMALLEST)
        .orElse(null);
  }

  /** The next larger point of the front; null where there is none. */
  public @Nullable Point larger(Point point) {
    return front.points().stream()
        .filter(other -> bytes(other) > bytes(point))
        .min(SMALLEST)
        .orElse(null);
  }

  /** The most accurate of the trials that repeat a configuration, the first of equal ones. */
  public static Point mostAccurate(Point configuration) {
    return Collections.min(configuration.trials(), MOST_ACCURATE);
  }

  /** One standard error of {@link #margin}. */
  double standardError(Point point) {
    return rule instanceof SelectionRule.Within
        ? Difference.between(point, Objects.requireNonNull(reference(point))).standardError()
        : Interval.of(point, Metrics.VAL_ACCURACY).standardError();
  }

  /**
   * The margin by which a point exceeds the required accuracy; negative if it is not accurate
   * enough.
   */
  double margin(Point point) {
    if (rule instanceof SelectionRule.Within within) {
      Point reference = reference(point);
      return reference == null
          ? Double.NEGATIVE_INFINITY
          : accuracy(point) - accuracy(reference) + within.loss();
    }
    return rule instanceof SelectionRule.MinAccuracy least
        ? accuracy(point) - least.accuracy()
        : Double.POSITIVE_INFINITY;
  }

  static double accuracy(Point point) {
    return point.metrics().get(Metrics.VAL_ACCURACY);
  }

  static double bytes(Point point) {
    return point.metrics().get(Metrics.SIZE_COMPRESSED_BYTES);
  }

  private @Nullable Point first(Comparator<Point> order, Predicate<Point> fits) {
    return front.all().stream().filter(fits).min(order).orElse(null);
  }
}
