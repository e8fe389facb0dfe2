package dev.espalier.workers.cluster;

import dev.espalier.workers.random.Draw;

/**
 * The seeding of k-means++ (Arthur and Vassilvitskii, k-means++: The Advantages of Careful Seeding,
 * SODA 2007): the first centroid is a weight drawn uniformly, each further one a weight drawn with
 * a probability in proportion to its squared distance from the nearest centroid so far.
 *
 * <p>Sorted values between two centroids know no other, so that a new centroid changes the
 * distances in one gap only.
 */
final class PlusPlus {
  private final SortedValues values;

  /** The indices of the centroids among the values, ascending; {@code count} of them. */
  private final int[] chosen;

  /** The squared distances of the weights before each centroid, and of those behind the last. */
  private final double[] errors;

  private int count;

  private PlusPlus(SortedValues values, int k) {
    this.values = values;
    this.chosen = new int[k];
    this.errors = new double[k + 1];
  }

  /**
   * {@code k} different values, ascending.
   *
   * @param k less than the number of values
   */
  static float[] centroids(SortedValues values, int k, Draw draw) {
    PlusPlus seeding = new PlusPlus(values, k);
    int weights = values.weights(0, values.size());
    seeding.choose(0, values.indexOfRank(1 + draw.below(weights)));
    while (seeding.count < k) {
      seeding.chooseByDistance(draw);
    }
    float[] centroids = new float[k];
    for (int j = 0; j < k; j++) {
      centroids[j] = values.value(seeding.chosen[j]);
    }
    return centroids;
  }

  private void chooseByDistance(Draw draw) {
    double sum = 0;
    for (int gap = 0; gap <= count; gap++) {
      sum += errors[gap];
    }
    double left = draw.between(0, sum);
    int gap = 0;
    for (int next = 0; next <= count; next++) {
      if (errors[next] > 0) {
        gap = next;
        if (left < errors[next]) {
          break;
        }
        left -= errors[next];
      }
    }
    choose(gap, within(gap, left));
  }

  /** The value in a gap at which the squared distances add up to more than {@code limit}. */
  private int within(int gap, double limit) {
    double left = limit;
    int end = end(gap);
    for (int i = start(gap); i < end - 1; i++) {
      double error = error(gap, i);
      if (left < error) {
        return i;
      }
      left -= error;
    }
    return end - 1;
  }

  private void choose(int gap, int index) {
    System.arraycopy(chosen, gap, chosen, gap + 1, count - gap);
    System.arraycopy(errors, gap, errors, gap + 1, count + 1 - gap);
    chosen[gap] = index;
    count++;
    errors[gap] = error(gap);
    errors[gap + 1] = error(gap + 1);
  }

  private double error(int gap) {
    double error = 0;
    int end = end(gap);
    for (int i = start(gap); i < end; i++) {
      error += error(gap, i);
    }
    return error;
  }

  /** The squared distances of the weights with a value from the nearer end of its gap. */
  private double error(int gap, int index) {
    double value = values.value(index);
    double distance = Double.POSITIVE_INFINITY;
    if (gap > 0) {
      distance = value - values.value(chosen[gap - 1]);
    }
    if (gap < count) {
      distance = Math.min(distance, values.value(chosen[gap]) - value);
    }
    return values.weights(index, index + 1) * distance * distance;
  }

  private int start(int gap) {
    return gap == 0 ? 0 : chosen[gap - 1] + 1;
  }

  private int end(int gap) {
    return gap == count ? values.size() : chosen[gap];
  }
}
