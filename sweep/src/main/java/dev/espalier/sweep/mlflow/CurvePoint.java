package dev.espalier.sweep.mlflow;

/**
 * One point of a learning curve.
 *
 * @param metric the name of the metric
 * @param step the absolute epoch, from 1
 * @param value may be NaN or infinite
 */
public record CurvePoint(String metric, int step, double value) {
  public CurvePoint {
    if (step < 0) {
      throw new IllegalArgumentException(metric + ": a step must be at least 0, found " + step);
    }
  }
}
