package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * Lloyd's iteration (Least squares quantization in PCM, IEEE Transactions on Information Theory
 * 28/2, 1982): each centroid becomes the mean of the weights that are nearest to it, over and over.
 */
final class Lloyd {
  private Lloyd() {}

  /**
   * The centroids after {@code iterations} from a start, without those that no weight is nearest
   * to.
   */
  static float[] centroids(SortedValues values, float[] start, int iterations) {
    return used(values, moved(values, start, iterations));
  }

  /**
   * The centroids after so many iterations, or after fewer where no weight changes its centroid any
   * more. Means are summed up in ascending order of the values and rounded to the nearest float
   * other than zero, so that the squared error never rises. A centroid without weights stays.
   *
   * @param start ascending, different
   * @return ascending, different
   */
  static float[] moved(SortedValues values, float[] start, int iterations) {
    float[] centroids = start.clone();
    int[] before = new int[start.length + 1];
    Arrays.fill(before, -1);
    for (int iteration = 0; iteration < iterations; iteration++) {
      int[] cuts = values.nearestTo(centroids);
      if (Arrays.equals(cuts, before)) {
        return centroids;
      }
      for (int j = 0; j < centroids.length; j++) {
        boolean changed = cuts[j] != before[j] || cuts[j + 1] != before[j + 1];
        if (changed && cuts[j] < cuts[j + 1]) {
          centroids[j] = Moments.of(values, cuts[j], cuts[j + 1]).centroid();
        }
      }
      before = cuts;
    }
    return centroids;
  }

  private static float[] used(SortedValues values, float[] centroids) {
    int[] cuts = values.nearestTo(centroids);
    float[] used = new float[centroids.length];
    int count = 0;
    for (int j = 0; j < centroids.length; j++) {
      if (cuts[j] < cuts[j + 1]) {
        used[count++] = centroids[j];
      }
    }
    return Arrays.copyOf(used, count);
  }
}
