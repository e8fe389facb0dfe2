package dev.espalier.workers.cluster;

/**
 * One-dimensional k-means on the non-zero weights of one layer (weight sharing, arXiv 1510.00149).
 *
 * <p>With at most {@value #CELLS} different values the result is the optimum. With more, they are
 * grouped into as many runs, the runs are partitioned at the optimum, and Lloyd's iteration on all
 * values follows: within 0.1 % of the optimal squared error for k up to 64, 1 % for 256, in our
 * tests. No randomness, sums in ascending order: the centroids depend on the weights as a multiset
 * and on k alone.
 */
public final class KMeans {
  /** The largest k. */
  public static final int MAX_CENTROIDS = 2048;

  private static final int CELLS = 4096;

  private KMeans() {}

  /**
   * At most {@code k} shared values for the weights that are not zero; zeros (of either sign) stay
   * zero and count for nothing. At most {@code k} different non-zero values are kept as they are,
   * more become exactly {@code k}. A weight midway between two centroids has the lower one. A
   * centroid that rounds to zero becomes the smallest float of its sign (positive for a mean of
   * zero), so that its weights stay apart from the zeros.
   *
   * @param values finite
   * @param k in [1, {@value #MAX_CENTROIDS}]
   */
  public static Codebook cluster(float[] values, int k) {
    if (k < 1 || k > MAX_CENTROIDS) {
      throw new IllegalArgumentException(
          "centroids: must be in [1, " + MAX_CENTROIDS + "], found " + k);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "values[" + i + "]: a weight must be finite, found " + values[i]);
      }
    }
    float[] centroids = centroids(SortedValues.of(values), k);
    char[] codes = new char[values.length];
    double squaredError = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        int nearest = nearest(centroids, values[i]);
        double difference = (double) values[i] - centroids[nearest];
        squaredError += difference * difference;
        codes[i] = (char) (nearest + 1);
      }
    }
    return new Codebook(centroids, codes, squaredError);
  }

  private static float[] centroids(SortedValues values, int k) {
    if (values.size() <= k) {
      return values.toArray();
    }
    int[] runs = values.runs(CELLS);
    int[] cuts = Partition.optimal(values, runs, k);
    if (values.size() > CELLS) {
      cuts = Partition.refine(values, cuts);
    }
    float[] centroids = new float[k];
    for (int j = 0; j < k; j++) {
      centroids[j] = nonZero(values.mean(cuts[j], cuts[j + 1]));
    }
    return centroids;
  }

  private static float nonZero(double mean) {
    float rounded = (float) mean;
    if (rounded != 0) {
      return rounded;
    }
    return mean < 0 ? -Float.MIN_VALUE : Float.MIN_VALUE;
  }

  /** The index of the nearest centroid; of two equally near the lower. */
  private static int nearest(float[] centroids, float value) {
    int low = 0;
    int high = centroids.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (2.0 * value <= (double) centroids[middle] + centroids[middle + 1]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
