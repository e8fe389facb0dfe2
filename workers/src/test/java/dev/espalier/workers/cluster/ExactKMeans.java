package dev.espalier.workers.cluster;

import java.util.Arrays;

/**
 * The least squared error that k floats other than zero can have as centroids, by a dynamic program
 * over every value, with prefix sums in pairs of doubles (some 106 bits). Written independently of
 * what it judges: it shares no code with it.
 */
final class ExactKMeans {
  private final float[] values;
  private final double[] weights;
  private final Pairs sum;
  private final Pairs squares;

  ExactKMeans(float[] layer) {
    float[] sorted = layer.clone();
    Arrays.sort(sorted);
    values = new float[sorted.length];
    double[] count = new double[sorted.length + 1];
    int size = 0;
    for (float value : sorted) {
      if (value != 0 && (size == 0 || value != values[size - 1])) {
        values[size++] = value;
        count[size] = count[size - 1];
      }
      if (value != 0) {
        count[size]++;
      }
    }
    weights = Arrays.copyOf(count, size + 1);
    sum = new Pairs(size);
    squares = new Pairs(size);
    for (int i = 0; i < size; i++) {
      double value = values[i];
      double times = count[i + 1] - count[i];
      sum.append(i, times * value, 0);
      double product = times * value * value;
      squares.append(i, product, Math.fma(times, value * value, -product));
    }
  }

  int values() {
    return weights.length - 1;
  }

  /** The least error of {@code k} centroids. */
  double leastError(int k) {
    int size = values();
    if (k >= size) {
      return 0;
    }
    double[] least = new double[size + 1];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    least[0] = 0;
    for (int run = 1; run <= k; run++) {
      double[] next = new double[size + 1];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      fill(least, next, run, size, run - 1, size - 1);
      least = next;
    }
    return least[size];
  }

  private void fill(double[] above, double[] next, int from, int to, int low, int high) {
    if (from > to) {
      return;
    }
    int end = (from + to) >>> 1;
    int best = low;
    for (int start = low; start <= Math.min(high, end - 1); start++) {
      double error = above[start] + error(start, end);
      if (error < next[end]) {
        next[end] = error;
        best = start;
      }
    }
    fill(above, next, from, end - 1, low, best);
    fill(above, next, end + 1, to, best, high);
  }

  /** Squares less c (2 sum - c weights) for the float c that is nearest to the mean. */
  private double error(int from, int to) {
    double w = weights[to] - weights[from];
    double high = sum.high(from, to);
    double low = sum.low;
    double mean = (high + low) / w;
    float c = (float) mean;
    if (c == 0) {
      c = mean < 0 ? -Float.MIN_VALUE : Float.MIN_VALUE;
    }
    double cw = c * w; // exact: 24 and at most 29 bits
    double inner = 2 * high - cw;
    double lost = twoSumError(2 * high, -cw, inner) + 2 * low;
    double product = c * inner;
    double rest = Math.fma(c, inner, -product) + c * lost;
    double square = squares.high(from, to);
    double result = square - product;
    return Math.max(0, result + (twoSumError(square, -product, result) + squares.low - rest));
  }

  private static double twoSumError(double a, double b, double sum) {
    double other = sum - a;
    return (a - (sum - other)) + (b - other);
  }

  /** Prefix sums, each the sum of two doubles. */
  private static final class Pairs {
    private final double[] high;
    private final double[] rest;
    private double low;

    Pairs(int size) {
      high = new double[size + 1];
      rest = new double[size + 1];
    }

    void append(int index, double value, double valueRest) {
      double total = high[index] + value;
      double lost = twoSumError(high[index], value, total) + rest[index] + valueRest;
      high[index + 1] = total + lost;
      rest[index + 1] = lost - (high[index + 1] - total);
    }

    /** The higher part of the sum of the values [from, to); the lower is left in {@code low}. */
    double high(int from, int to) {
      double difference = high[to] - high[from];
      low = twoSumError(high[to], -high[from], difference) + (rest[to] - rest[from]);
      return difference;
    }
  }
}
