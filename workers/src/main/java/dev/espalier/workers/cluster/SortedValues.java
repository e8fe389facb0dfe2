package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * The different non-zero values of a layer, ascending, with sums over every prefix: so the squared
 * error of a run of values about its mean costs three subtractions, however long the run is.
 *
 * <p>Sums are taken in ascending order in double precision, of the values less their median, which
 * keeps differences of sums exact enough where all values lie far from zero. They depend on the
 * values alone, not on the order in which the layer holds them.
 */
final class SortedValues {
  private final float[] values;
  private final double origin;
  private final int[] count;
  private final double[] sum;
  private final double[] squares;

  private SortedValues(float[] values, int[] count) {
    this.values = values;
    this.count = count;
    this.origin = values.length == 0 ? 0 : values[values.length / 2];
    this.sum = new double[values.length + 1];
    this.squares = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      double value = values[i] - origin;
      double times = count[i + 1] - count[i];
      sum[i + 1] = sum[i] + times * value;
      squares[i + 1] = squares[i] + times * value * value;
    }
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

  /** How many different values there are. */
  int size() {
    return values.length;
  }

  float value(int index) {
    return values[index];
  }

  float[] toArray() {
    return values.clone();
  }

  /**
   * The mean of the weights with the values [from, to). Never outside them, whatever the sums have
   * lost to rounding: so means of neighbouring runs stay in order, even as floats.
   */
  double mean(int from, int to) {
    double mean = origin + (sum[to] - sum[from]) / (count[to] - count[from]);
    return Math.min(Math.max(mean, values[from]), values[to - 1]);
  }

  /** The sum of squared differences of the weights with the values [from, to) from their mean. */
  double squaredError(int from, int to) {
    double s = sum[to] - sum[from];
    return Math.max(0, squares[to] - squares[from] - s * s / (count[to] - count[from]));
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
   * Groups the values into at most {@code cells} runs: half of the cuts at equal distances in
   * value, so that long tails are resolved, half at equal distances in rank, so that dense regions
   * are. With at most {@code cells} values each is a run of its own.
   *
   * @return where each run starts, and at the end the number of values
   */
  int[] runs(int cells) {
    int[] starts = new int[Math.min(cells, values.length) + 1];
    int runs = 0;
    for (int i = 0; i < values.length; i++) {
      if (i == 0 || values.length <= cells || separates(starts[runs - 1], i, cells / 2)) {
        starts[runs++] = i;
      }
    }
    starts[runs] = values.length;
    return Arrays.copyOf(starts, runs + 1);
  }

  private boolean separates(int left, int right, int parts) {
    return widthCell(left, parts) != widthCell(right, parts)
        || (long) left * parts / values.length != (long) right * parts / values.length;
  }

  private int widthCell(int index, int parts) {
    double range = (double) values[values.length - 1] - values[0];
    return (int) Math.min(parts - 1, ((double) values[index] - values[0]) / range * parts);
  }
}
