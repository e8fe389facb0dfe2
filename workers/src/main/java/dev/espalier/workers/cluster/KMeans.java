package dev.espalier.workers.cluster;

import dev.espalier.workers.facts.CentroidInit;
import dev.espalier.workers.random.Draw;

/**
 * One-dimensional k-means on the non-zero weights of one layer (weight sharing, arXiv 1510.00149).
 *
 * <p>The squared error is at most 1.001 times the least that k floats can have, which {@code
 * KMeansOptimumTest} finds by an exact dynamic program. Up to {@value #FEW_WEIGHTS} different
 * values every partition is considered; more are grouped into cells of about equal error, at least
 * 32 for each centroid, the cells are partitioned at the optimum, and Lloyd's iteration on the
 * values follows. No randomness, sums in an order of their own: the centroids depend on the weights
 * as a multiset and on k alone, and are the same on every machine. Other starts than the optimum
 * depend on the multiset too, and on what they draw.
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
    return cluster(values, k, CentroidInit.OPTIMAL, 0, Draw.of());
  }

  /**
   * As {@link #cluster(float[], int)}, with centroids that start at {@code init} and are moved by
   * Lloyd's iteration. A centroid to which no weight is nearest is left out.
   *
   * @param lloyd iterations, at least 0; without them weights take the initial centroids, not their
   *     means. Without meaning for the optimum
   * @param draw for centroids that are drawn
   */
  public static Codebook cluster(float[] values, int k, CentroidInit init, int lloyd, Draw draw) {
    check(values, k);
    SortedValues sorted = SortedValues.of(values);
    if (sorted.size() <= k) {
      return codebook(values, sorted.toArray());
    }
    float[] centroids =
        switch (init) {
          case OPTIMAL -> optimal(sorted, k);
          case LINEAR -> Lloyd.centroids(sorted, Seeding.linear(sorted, k), lloyd);
          case DENSITY -> Lloyd.centroids(sorted, Seeding.density(sorted, k), lloyd);
          case RANDOM -> Lloyd.centroids(sorted, Seeding.random(sorted, k, draw), lloyd);
          case KMEANS_PLUS_PLUS ->
              Lloyd.centroids(sorted, PlusPlus.centroids(sorted, k, draw), lloyd);
        };
    return codebook(values, centroids);
  }

  private static void check(float[] values, int k) {
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
  }

  private static Codebook codebook(float[] values, float[] centroids) {
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

  private static float[] optimal(SortedValues values, int k) {
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
