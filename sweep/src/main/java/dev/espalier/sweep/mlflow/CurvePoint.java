package dev.espalier.sweep.mlflow;

/**
 * One point of a learning curve.
 *
 * @param metric the name of the metric
 * @param step how many states of the network there were up to this one, see {@link TrialMetrics}
 * @param value may be NaN or infinite
 * @param timeMillis when it was reached, in milliseconds since 1970
 */
public record CurvePoint(String metric, int step, double value, long timeMillis) {
  public CurvePoint {
    if (step < 0) {
      throw new IllegalArgumentException(metric + ": a step must be at least 0, found " + step);
    }
  }
}
