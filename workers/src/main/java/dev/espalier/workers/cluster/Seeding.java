package dev.espalier.workers.cluster;

import dev.espalier.workers.random.Draw;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Initial centroids that look at no error: ascending, different floats other than zero. Where two
 * of the {@code k} positions are one float, there are fewer.
 */
final class Seeding {
  private Seeding() {}

  /**
   * From the least to the greatest value in even steps (Deep Compression, arXiv 1510.00149). One
   * centroid is in the middle.
   */
  static float[] linear(SortedValues values, int k) {
    double least = values.value(0);
    double greatest = values.value(values.size() - 1);
    if (k == 1) {
      return centroids(1, j -> (least + greatest) / 2);
    }
    // Exact at both ends, however different they are in size.
    return centroids(k, j -> (least * (k - 1 - j) + greatest * j) / (k - 1));
  }

  /**
   * The quantiles from 0.01 to 1 in even steps, the levels of the TensorFlow Model Optimization
   * Toolkit's {@code DENSITY_BASED}, which reads them from 30 points of the distribution; these are
   * exact. The quantile of y is the least value such that a share of at least y of the weights is
   * not above it. One centroid is the lower median.
   */
  static float[] density(SortedValues values, int k) {
    long weights = values.weights(0, values.size());
    if (k == 1) {
      return centroids(1, j -> values.ofRank((int) ((weights + 1) / 2)));
    }
    long steps = 100L * (k - 1);
    return centroids(
        k, j -> values.ofRank((int) ((weights * (k - 1 + 99L * j) + steps - 1) / steps)));
  }

  /** {@code k} uniform draws between the least and the greatest value. */
  static float[] random(SortedValues values, int k, Draw draw) {
    double least = values.value(0);
    double greatest = values.value(values.size() - 1);
    return centroids(k, j -> draw.between(least, greatest));
  }

  private static float[] centroids(int k, IntToDoubleFunction position) {
    float[] sorted = new float[k];
    for (int j = 0; j < k; j++) {
      sorted[j] = Moments.centroid(position.applyAsDouble(j));
    }
    Arrays.sort(sorted);
    int different = 0;
    for (int j = 0; j < k; j++) {
      if (j == 0 || sorted[j] != sorted[j - 1]) {
        sorted[different++] = sorted[j];
      }
    }
    return Arrays.copyOf(sorted, different);
  }
}
