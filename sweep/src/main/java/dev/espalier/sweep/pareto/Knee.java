package dev.espalier.sweep.pareto;

import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The knee of a front: the point where giving up more size starts to cost accuracy steeply.
 *
 * <p>It is the point farthest above the chord between the two ends of the front, both axes scaled
 * to [0, 1], sizes, parameters and MACs by their logarithm (Das 1999, "On characterizing the 'knee'
 * of the Pareto curve"; Satopaa et al. 2011, "Finding a 'Kneedle' in a haystack"). The axes are the
 * first and the last objective. Of equal distances the smaller point wins. Where no point lies
 * above the chord, as with fewer than three points, every step down costs at once, and the knee is
 * the best point in the first objective.
 */
public final class Knee {
  private static final double ROUNDING = 1e-12;

  private Knee() {}

  /** The knee; null if no point has two finite coordinates. */
  public static @Nullable Point of(Front front) {
    List<Point> points =
        front.points().stream()
            .filter(p -> Double.isFinite(gain(front.first(), p) + gain(front.last(), p)))
            .toList();
    DoubleSummaryStatistics first = spread(front.first(), points);
    DoubleSummaryStatistics last = spread(front.last(), points);
    Point knee =
        points.stream().max(Comparator.comparingDouble(p -> gain(front.first(), p))).orElse(null);
    double highest = ROUNDING;
    for (Point point : points) {
      double height =
          scaled(gain(front.first(), point), first) + scaled(gain(front.last(), point), last) - 1;
      if (height > highest + ROUNDING) {
        highest = height;
        knee = point;
      }
    }
    return knee;
  }

  private static DoubleSummaryStatistics spread(Objective objective, List<Point> points) {
    return points.stream().mapToDouble(p -> gain(objective, p)).summaryStatistics();
  }

  /** The place between the worst, 0, and the best, 1; 0 if all are equal. */
  private static double scaled(double gain, DoubleSummaryStatistics of) {
    return of.getMax() == of.getMin() ? 0 : (gain - of.getMin()) / (of.getMax() - of.getMin());
  }

  private static double gain(Objective objective, Point point) {
    double value = objective.value(point.metrics());
    double scaled = objective.logarithmic() ? StrictMath.log(value) : value;
    return objective.maximize() ? scaled : -scaled;
  }
}
