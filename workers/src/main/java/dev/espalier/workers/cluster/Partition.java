package dev.espalier.workers.cluster;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Cuts cells into k runs with the least squared error.
 *
 * <p>A partition is an array of k + 1 ascending indices: run j has the cells [cuts[j], cuts[j +
 * 1]).
 *
 * <p>By the quadrangle inequality the least error is convex in k, so that some penalty for every
 * run makes k runs the best (Aggarwal, Schieber and Tokuyama, 1994): the time does not depend on k.
 */
final class Partition {
  /** How far above the error the penalties of all runs may be, to leave its digits alone. */
  private static final double MAX_PENALTY = 1024;

  private Partition() {}

  /**
   * The best partition into k runs.
   *
   * @param k at least 1 and less than the number of cells
   */
  static int[] optimal(RunMoments runs, int k) {
    PenalizedPath path = new PenalizedPath(runs);
    Bracket bracket = new Bracket();
    double all = runs.of(0, runs.cells()).errorOfCentroid();
    // What values of even density would need.
    double penalty = bracket.next(2 * all / k / k / k);
    int[] more = IntStream.rangeClosed(0, runs.cells()).toArray();
    int[] fewer = {0, runs.cells()};
    while (!bracket.isClosed()) {
      int[] cuts = path.cuts(penalty);
      double ratio = (cuts.length - 1.0) / k;
      if (ratio > 1) {
        bracket.above(penalty);
        more = cuts;
      } else {
        bracket.below(penalty);
        fewer = cuts;
        if (ratio == 1 && penalty * k <= MAX_PENALTY * error(runs, cuts)) {
          return cuts;
        }
      }
      penalty = bracket.next(penalty * ratio * ratio * ratio);
    }
    return fewer.length == k + 1 ? fewer : spliced(fewer, more, k);
  }

  private static double error(RunMoments runs, int[] cuts) {
    double error = 0;
    for (int j = 1; j < cuts.length; j++) {
      error += runs.of(cuts[j - 1], cuts[j]).errorOfCentroid();
    }
    return error;
  }

  /**
   * A partition into k runs out of two that are the best at one penalty: the first runs of the one
   * with more, then the last of the one with fewer. They change over where a run of the latter
   * covers one of the former, so that what is joined is again the best at that penalty.
   */
  private static int[] spliced(int[] fewer, int[] more, int k) {
    int offset = fewer.length - 1 - k;
    for (int i = -offset; i < k; i++) {
      int j = i + 1 + offset;
      if (more[i + 1] <= fewer[j]) {
        int[] cuts = Arrays.copyOf(more, k + 1);
        System.arraycopy(fewer, j, cuts, i + 1, fewer.length - j);
        return cuts;
      }
    }
    throw new AssertionError("both partitions end with the last cell");
  }
}
