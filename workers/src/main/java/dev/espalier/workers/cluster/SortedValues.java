package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * The different non-zero values of a layer, ascending, and how many weights have each. They depend
 * on the weights alone, not on the order in which the layer holds them.
 */
final class SortedValues {
  private final float[] values;
  private final int[] count;

  private SortedValues(float[] values, int[] count) {
    this.values = values;
    this.count = count;
  }

  /** Leaves zeros of either sign out; NaN and infinity must have been refused. */
  static SortedValues of(float[] weights) {
    float[] sorted = new float[weights.length];
    int size = 0;
    for (float weight : weights) {
      if (weight != 0) {
        sorted[size++] = weight;
      }
    }
    Arrays.sort(sorted, 0, size);
    int[] count = new int[size + 1];
    int different = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[different++] = sorted[i];
      }
      count[different] = i + 1;
    }
    return new SortedValues(Arrays.copyOf(sorted, different), Arrays.copyOf(count, different + 1));
  }

  /** The number of different values. */
  int size() {
    return values.length;
  }

  float value(int index) {
    return values[index];
  }

  /** The number of weights with the values [from, to). */
  int weights(int from, int to) {
    return count[to] - count[from];
  }

  float[] toArray() {
    return values.clone();
  }

  /** The index of the first value greater than {@code limit}. */
  int firstAbove(double limit) {
    int low = 0;
    int high = values.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] > limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * The index of the value that one weight has, of all in ascending order.
   *
   * @param rank of the weight, from 1
   */
  int indexOfRank(int rank) {
    int found = Arrays.binarySearch(count, rank);
    return found < 0 ? -found - 2 : found - 1;
  }

  /** The value that the weight of this rank has. */
  float ofRank(int rank) {
    return values[indexOfRank(rank)];
  }

  /**
   * Where the values that are nearest to each centroid start, and at the end the number of values;
   * one midway belongs to the lower.
   *
   * @param centroids ascending, different, at least one
   */
  int[] nearestTo(float[] centroids) {
    int[] cuts = new int[centroids.length + 1];
    for (int j = 1; j < centroids.length; j++) {
      cuts[j] = firstAbove(((double) centroids[j - 1] + centroids[j]) / 2);
    }
    cuts[centroids.length] = values.length;
    return cuts;
  }
}
