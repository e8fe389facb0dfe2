package dev.espalier.sweep.pareto;

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
    List<Point> points = front.points();
    int knee = indexOf(gains(front.first(), points), gains(front.last(), points), points.size());
    return knee < 0 ? null : points.get(knee);
  }

  /**
   * Where the knee is among {@code count} points of a front, smallest first; -1 if none has two
   * finite coordinates.
   *
   * @param first what each point gains in the first objective, by {@link Objective#gain}
   * @param last the same of the last objective
   */
  static int indexOf(double[] first, double[] last, int count) {
    DoubleSummaryStatistics up = new DoubleSummaryStatistics();
    DoubleSummaryStatistics across = new DoubleSummaryStatistics();
    int knee = -1;
    for (int i = 0; i < count; i++) {
      if (Double.isFinite(first[i] + last[i])) {
        up.accept(first[i]);
        across.accept(last[i]);
        knee = knee < 0 || first[i] > first[knee] ? i : knee;
      }
    }
    double highest = ROUNDING;
    for (int i = 0; i < count; i++) {
      double height = scaled(first[i], up) + scaled(last[i], across) - 1;
      if (Double.isFinite(first[i] + last[i]) && height > highest + ROUNDING) {
        highest = height;
        knee = i;
      }
    }
    return knee;
  }

  private static double[] gains(Objective objective, List<Point> points) {
    return points.stream().mapToDouble(p -> objective.gain(objective.cost(p.metrics()))).toArray();
  }

  /** The place between the worst, 0, and the best, 1; 0 if all are equal. */
  private static double scaled(double gain, DoubleSummaryStatistics of) {
    return of.getMax() == of.getMin() ? 0 : (gain - of.getMin()) / (of.getMax() - of.getMin());
  }
}
