package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * The best partition of few values by sums over every prefix, so that the squared error of a run
 * costs three subtractions. Ids of stages name what it finds, so its arithmetic stays as it is.
 *
 * <p>Differences of sums lose digits where few values lie very far from the others; {@link KMeans}
 * looks at what came out.
 */
final class PrefixSums {
  private final SortedValues values;
  private final double origin;
  private final double[] sum;
  private final double[] squares;

  /** Sums in ascending order, of the values less their median. */
  PrefixSums(SortedValues values) {
    int size = values.size();
    this.values = values;
    this.origin = values.value(size / 2);
    this.sum = new double[size + 1];
    this.squares = new double[size + 1];
    for (int i = 0; i < size; i++) {
      double value = values.value(i) - origin;
      double times = values.weights(i, i + 1);
      sum[i + 1] = sum[i] + times * value;
      squares[i + 1] = squares[i] + times * value * value;
    }
  }

  /**
   * The means of the partition into {@code k} runs with the least squared error, as floats other
   * than zero, by dynamic programming (Wang and Song, Ckmeans.1d.dp, The R Journal 3/2, 2011). The
   * best last cut never moves left when values are added on the right, so each row is filled by
   * divide and conquer: k n log n steps for n values. Of equal cuts the leftmost is taken.
   *
   * @param k at most the number of values
   */
  float[] centroids(int k) {
    int size = values.size();
    double[] error = new double[size + 1];
    Arrays.fill(error, Double.POSITIVE_INFINITY);
    error[0] = 0;
    char[][] lastCut = new char[k][size + 1];
    for (int run = 0; run < k; run++) {
      double[] next = new double[size + 1];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      new Row(this, error, next, lastCut[run]).fill(run + 1, size, run, size - 1);
      error = next;
    }
    float[] centroids = new float[k];
    int end = size;
    for (int run = k - 1; run >= 0; run--) {
      int start = lastCut[run][end];
      centroids[run] = Moments.centroid(mean(start, end));
      end = start;
    }
    return centroids;
  }

  /** Never outside the values, whatever the sums have lost: so the means of runs stay in order. */
  private double mean(int from, int to) {
    double mean = origin + (sum[to] - sum[from]) / values.weights(from, to);
    return Math.min(Math.max(mean, values.value(from)), values.value(to - 1));
  }

  private double squaredError(int from, int to) {
    double s = sum[to] - sum[from];
    return Math.max(0, squares[to] - squares[from] - s * s / values.weights(from, to));
  }

  /**
   * One row of the table: the least error of the first {@code end} values with one run more than
   * the row above.
   */
  @SuppressWarnings("ArrayRecordComponent") // a view of the arrays at work, never compared
  private record Row(PrefixSums sums, double[] above, double[] error, char[] lastCut) {

    /** Fills the ends [from, to], whose best last cuts lie in [low, high]. */
    void fill(int from, int to, int low, int high) {
      if (from > to) {
        return;
      }
      int end = (from + to) >>> 1;
      int best = low;
      for (int cut = low; cut <= Math.min(high, end - 1); cut++) {
        double candidate = above[cut] + sums.squaredError(cut, end);
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
}
