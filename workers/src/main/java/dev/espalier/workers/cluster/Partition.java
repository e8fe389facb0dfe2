package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * Cuts sorted values into clusters, which in one dimension are runs of neighbours.
 *
 * <p>A partition is an array of k + 1 ascending indices: cluster j has the values [cuts[j], cuts[j
 * + 1]).
 */
final class Partition {
  private static final int MAX_ROUNDS = 100;

  private Partition() {}

  /**
   * The partition into {@code k} clusters with the least squared error among those that cut only
   * where {@code runs} start, by dynamic programming (Wang and Song, Ckmeans.1d.dp, The R Journal
   * 3/2, 2011). The best last cut never moves left when values are added on the right, so each row
   * is filled by divide and conquer: k m log m steps for m runs. Of equal cuts the leftmost is
   * taken.
   *
   * @param runs as {@link SortedValues#runs} gives them, at least k
   */
  static int[] optimal(SortedValues values, int[] runs, int k) {
    int m = runs.length - 1;
    double[] error = new double[m + 1];
    Arrays.fill(error, Double.POSITIVE_INFINITY);
    error[0] = 0;
    char[][] lastCut = new char[k][m + 1];
    for (int cluster = 0; cluster < k; cluster++) {
      double[] next = new double[m + 1];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      Row row = new Row(values, runs, error, next, lastCut[cluster]);
      row.fill(cluster + 1, m, cluster, m - 1);
      error = next;
    }
    int[] cuts = new int[k + 1];
    int end = m;
    for (int cluster = k; cluster > 0; cluster--) {
      cuts[cluster] = runs[end];
      end = lastCut[cluster - 1][end];
    }
    return cuts;
  }

  /**
   * One row of the table: the least error of the first {@code end} runs with one cluster more than
   * the row above.
   */
  @SuppressWarnings("ArrayRecordComponent") // a view of the arrays at work, never compared
  private record Row(
      SortedValues values, int[] runs, double[] above, double[] error, char[] lastCut) {

    /** Fills the ends [from, to], whose best last cuts lie in [low, high]. */
    void fill(int from, int to, int low, int high) {
      if (from > to) {
        return;
      }
      int end = (from + to) >>> 1;
      int best = low;
      for (int cut = low; cut <= Math.min(high, end - 1); cut++) {
        double candidate = above[cut] + values.squaredError(runs[cut], runs[end]);
        if (candidate < error[end]) {
          error[end] = candidate;
          best = cut;
        }
      }
      lastCut[end] = (char) best;
      fill(from, end - 1, low, best);
      fill(end + 1, to, best, high);
    }
  }

  /**
   * Lloyd's iteration: values go to the nearest mean, means follow, until nothing moves, at most
   * {@value #MAX_ROUNDS} times. A value midway between two means goes to the lower. Stops before a
   * cluster would lose all its values.
   */
  static int[] refine(SortedValues values, int[] cuts) {
    int[] current = cuts;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      int[] moved = nearest(values, current);
      if (Arrays.equals(moved, current) || !ascends(moved)) {
        return current;
      }
      current = moved;
    }
    return current;
  }

  private static int[] nearest(SortedValues values, int[] cuts) {
    int[] moved = cuts.clone();
    for (int j = 1; j < cuts.length - 1; j++) {
      double lower = values.mean(cuts[j - 1], cuts[j]);
      double upper = values.mean(cuts[j], cuts[j + 1]);
      moved[j] = values.firstAbove((lower + upper) / 2);
    }
    return moved;
  }

  private static boolean ascends(int[] cuts) {
    for (int j = 1; j < cuts.length; j++) {
      if (cuts[j - 1] >= cuts[j]) {
        return false;
      }
    }
    return true;
  }
}
