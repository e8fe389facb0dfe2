package dev.espalier.workers.cluster;

/**
 * One-dimensional k-means on the non-zero weights of one layer (weight sharing, arXiv 1510.00149).
 *
 * <p>The squared error is at most 1.001 times the least that k floats can have, which {@code
 * KMeansOptimumTest} finds by an exact dynamic program. Up to {@value #FEW_WEIGHTS} different
 * values every partition is considered; more are grouped into cells of about equal error, at least
 * 32 for each centroid, the cells are partitioned at the optimum, and Lloyd's iteration on the
 * values follows. No randomness, sums in an order of their own: the centroids depend on the weights
 * as a multiset and on k alone, and are the same on every machine.
 *
 * <p>Up to {@value #FEW_WEIGHTS} different values the codebook that {@link PrefixSums} finds stands
 * where it is within 0.05 % of the best, so that ids of stages keep their meaning. It is not where
 * sums cancel: beside values some 10^8 times as far away as the others, or where k is nearly the
 * number of values.
 */
public final class KMeans {
  /** The most values that a layer may share. */
  public static final int MAX_CENTROIDS = 2048;

  /** A layer of more weights has many. */
  public static final int FEW_WEIGHTS = 4096;

  /** How much more than the best error a codebook by prefix sums may have. */
  private static final double CLOSE = 1.0005;

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
    double[] limits = limits(centroids);
    char[] codes = new char[values.length];
    double squaredError = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        int nearest = nearest(limits, values[i]);
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
    float[] centroids = CellPartition.centroids(values, k);
    if (values.size() > FEW_WEIGHTS) {
      return centroids;
    }
    float[] bySums = new PrefixSums(values).centroids(k);
    double best = squaredError(values, centroids);
    return squaredError(values, bySums) <= CLOSE * best ? bySums : centroids;
  }

  private static double squaredError(SortedValues values, float[] centroids) {
    double[] limits = limits(centroids);
    double error = 0;
    for (int i = 0; i < values.size(); i++) {
      double difference = (double) values.value(i) - centroids[nearest(limits, values.value(i))];
      error += values.weights(i, i + 1) * difference * difference;
    }
    return error;
  }

  /** The greatest values that are nearest to each centroid but the last. */
  private static double[] limits(float[] centroids) {
    double[] limits = new double[Math.max(0, centroids.length - 1)];
    for (int j = 0; j < limits.length; j++) {
      limits[j] = ((double) centroids[j] + centroids[j + 1]) / 2;
    }
    return limits;
  }

  /** The index of the nearest centroid; of two equally near the lower. */
  private static int nearest(double[] limits, float value) {
    int below = 0;
    int left = limits.length;
    while (left > 0) {
      int half = (left + 1) >>> 1;
      // Without a branch: which half a weight lies in cannot be foretold.
      below += value > limits[below + half - 1] ? half : 0;
      left -= half;
    }
    return below;
  }
}
