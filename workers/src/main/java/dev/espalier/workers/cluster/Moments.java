package dev.espalier.workers.cluster;

/**
 * What is known of some weights: enough for their squared error about any value.
 *
 * @param weights how many
 * @param mean of them
 * @param error the sum of their squared differences from the mean
 */
record Moments(double weights, double mean, double error) {

  /** The moments of the weights with the values [from, to), at least one. */
  static Moments of(SortedValues values, int from, int to) {
    double first = values.value(from);
    double weights = values.weights(from, to);
    if (to - from == 1) {
      return new Moments(weights, first, 0);
    }
    double sum = 0;
    for (int i = from + 1; i < to; i++) {
      sum += values.weights(i, i + 1) * (values.value(i) - first);
    }
    double mean = first + sum / weights;
    double error = 0;
    for (int i = from; i < to; i++) {
      double distance = values.value(i) - mean;
      error += values.weights(i, i + 1) * distance * distance;
    }
    return new Moments(weights, mean, error);
  }

  /**
   * Those of both, by the formula of Chan, Golub and LeVeque (1979). It adds errors and never
   * subtracts them, so that about 15 digits are right.
   */
  Moments join(Moments other) {
    double together = weights + other.weights;
    double distance = other.mean - mean;
    double share = other.weights / together;
    return new Moments(
        together,
        mean + share * distance,
        error + other.error + share * weights * distance * distance);
  }

  /** The float nearest to the mean that is not zero, so that weights stay apart from the zeros. */
  float centroid() {
    return centroid(mean);
  }

  static float centroid(double mean) {
    float rounded = (float) mean;
    if (rounded != 0) {
      return rounded;
    }
    return mean < 0 ? -Float.MIN_VALUE : Float.MIN_VALUE;
  }

  /** The sum of the squared differences from the centroid: no other float has a smaller one. */
  double errorOfCentroid() {
    double off = mean - centroid();
    return error + weights * off * off;
  }
}
