package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.List;

/** Points of a front that are no more accurate than a cheaper one, beyond chance. */
public final class Ties {
  private Ties() {}

  /**
   * For each point of {@code front} whether the most accurate of the points that are at least as
   * good in every other objective is as accurate, within two standard errors of the difference: for
   * accuracy against size that is its next smaller neighbour. Never true where accuracy is no
   * objective or chance is not known; of points that are equal the first is not tied to the others.
   */
  public static boolean[] of(Front front) {
    List<Point> points = front.points();
    int accuracy = front.objectives().stream().map(Objective::isAccuracy).toList().indexOf(true);
    boolean[] tied = new boolean[points.size()];
    double[][] costs = new double[points.size()][];
    for (int i = 0; i < costs.length; i++) {
      Metrics metrics = points.get(i).metrics();
      costs[i] = front.objectives().stream().mapToDouble(o -> o.cost(metrics)).toArray();
    }
    for (int i = 0; accuracy >= 0 && i < costs.length; i++) {
      int best = -1;
      for (int j = 0; j < costs.length; j++) {
        boolean cheaper =
            i != j
                && asGood(costs[j], costs[i], accuracy)
                && (j < i || !asGood(costs[i], costs[j], accuracy));
        if (cheaper && (best < 0 || costs[j][accuracy] < costs[best][accuracy])) {
          best = j;
        }
      }
      tied[i] = best >= 0 && Difference.between(points.get(i), points.get(best)).tied();
    }
    return tied;
  }

  /** Whether {@code a} costs no more than {@code b} in every objective but {@code except}. */
  private static boolean asGood(double[] a, double[] b, int except) {
    for (int o = 0; o < a.length; o++) {
      if (o != except && a[o] > b[o]) {
        return false;
      }
    }
    return true;
  }
}
