package dev.espalier.sweep.mlflow;

import dev.espalier.workers.facts.StageId;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A finished trial as MLflow shows it: a child run of the sweep.
 *
 * @param key names this trial for good within its sweep; letters, digits and {@code _-.:} only
 * @param name the name of the run
 * @param parameters the point of the grid
 * @param metrics the results, in the units that their names say; may be NaN or infinite
 * @param curve points by epoch
 * @param failed true where the trial ended without results
 * @param reason why it failed; null where it did not
 * @param startMillis when it started, in milliseconds since 1970
 * @param endMillis when it ended, at or after the start
 * @param tags anything else to search by
 */
public record TrackedTrial(
    String key,
    String name,
    Map<String, String> parameters,
    Map<String, Double> metrics,
    List<CurvePoint> curve,
    boolean failed,
    @Nullable String reason,
    long startMillis,
    long endMillis,
    Map<String, String> tags) {
  public TrackedTrial {
    checkKey(key);
    if (endMillis < startMillis) {
      throw new IllegalArgumentException(
          name + ": must end at or after its start " + startMillis + ", found " + endMillis);
    }
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    curve = List.copyOf(curve);
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
  }

  static void checkKey(String key) {
    if (!key.matches("[A-Za-z0-9_.:-]{1,200}")) {
      throw new IllegalArgumentException(
          "a key must have 1 to 200 letters, digits or _ - . :, found '" + key + "'");
    }
  }

  /**
   * SHA-256 of what came out: a trial that is sent again unchanged has the same. The curve is no
   * part of it: the same trial has a shorter one in a sweep that grew large. Neither is the name of
   * the run, which begins with what differs in the sweep, and that may be more when it grows.
   */
  String digest() {
    StringBuilder text = new StringBuilder();
    text.append(parameters).append('\n').append(tags).append('\n');
    text.append(failed).append(' ').append(reason).append('\n');
    text.append(startMillis).append(' ').append(endMillis).append('\n');
    // Bits, because the decimal text of a double is not the same on every JDK.
    metrics.forEach((name, value) -> append(text, name, value));
    return StageId.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void append(StringBuilder text, String metric, double value) {
    text.append(metric).append(' ');
    text.append(Long.toHexString(Double.doubleToLongBits(value))).append('\n');
  }

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
}
