package dev.espalier.sweep.mlflow;

import dev.espalier.workers.stage.EpochMetrics;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which numbers of a trial MLflow gets: its page grows slow with many metrics, and its scatter
 * charts have no logarithmic axis.
 */
final class TrialMetrics {
  /** Different metrics of one run. */
  static final int KEYS = 30;

  /** Of them those that are curves. */
  static final int CURVES = 4;

  private static final String SIZES = "size/";
  private static final String BYTES = "_bytes";

  /** The curves that are wanted first. */
  private static final List<String> FIRST =
      List.of(Metrics.VAL_ACCURACY, Metrics.TRAIN_LOSS, Metrics.VAL_LOSS, Metrics.LEARNING_RATE);

  private TrialMetrics() {}

  /**
   * The results, with the logarithm of each size in bytes, so many that they and the curves are
   * {@link #KEYS} at the most.
   *
   * @param first metrics that stay in any case
   */
  static Map<String, Double> results(Metrics metrics, List<String> first, List<CurvePoint> curve) {
    Map<String, Double> all = new TreeMap<>(metrics.values());
    metrics
        .values()
        .forEach(
            (name, value) -> {
              if (name.startsWith(SIZES) && name.endsWith(BYTES) && value > 0) {
                all.put(name + "_log10", StrictMath.log10(value));
              }
            });
    Set<String> curves = curve.stream().map(CurvePoint::metric).collect(Collectors.toSet());
    List<String> order =
        all.keySet().stream()
            .sorted(
                Comparator.comparing((String name) -> !first.contains(name))
                    .thenComparing(name -> !curves.contains(name))
                    .thenComparing(name -> !FIRST.contains(name))
                    .thenComparing(name -> !name.startsWith(SIZES))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    Set<String> keys = new TreeSet<>(curves);
    for (String name : order) {
      if (keys.size() < KEYS || keys.contains(name)) {
        keys.add(name);
      }
    }
    all.keySet().retainAll(keys);
    return all;
  }

  /**
   * The curves of a path, one after the other, by absolute epoch.
   *
   * @param path results of its stages, first to last, as far as they are over
   * @param from the first stage whose curve is wanted; the epochs before it count
   */
  static List<CurvePoint> curve(List<StageResult> path, int from) {
    List<CurvePoint> points = new ArrayList<>();
    int epochs = 0;
    for (int i = 0; i < path.size(); i++) {
      if (path.get(i) instanceof StageResult.Done done) {
        for (EpochMetrics epoch : done.curve()) {
          int step = epochs + epoch.epoch();
          if (i >= from) {
            epoch.metrics().values().forEach((m, v) -> points.add(new CurvePoint(m, step, v)));
          }
        }
        epochs += done.curve().size();
      }
    }
    Set<String> names = points.stream().map(CurvePoint::metric).collect(Collectors.toSet());
    Set<String> chosen =
        names.stream()
            .sorted(
                Comparator.comparing((String name) -> !FIRST.contains(name))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(CURVES)
            .collect(Collectors.toSet());
    return points.stream().filter(point -> chosen.contains(point.metric())).toList();
  }
}
