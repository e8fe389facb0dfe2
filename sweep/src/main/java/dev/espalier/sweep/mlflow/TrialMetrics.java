package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.MetricUnit;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
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

  private static final String LOG10 = "_log10";

  private final MetricCatalogue catalogue;

  /** The curves that are wanted first. */
  private final Set<String> first;

  TrialMetrics(MetricCatalogue catalogue) {
    this.catalogue = catalogue;
    this.first =
        catalogue.measured(Metric.Moment.EPOCH).stream()
            .map(Metric::name)
            .collect(Collectors.toSet());
  }

  /** The name by which charts draw a metric: of bytes their logarithm, for want of such an axis. */
  static String charted(Metric metric) {
    return metric.unit() == MetricUnit.BYTES ? metric.name() + LOG10 : metric.name();
  }

  /**
   * The results, with the logarithms of those sizes in bytes that charts draw, so many that they
   * and the curves are {@link #KEYS} at the most. Of the rest those of the catalogue's first come
   * first, and what is one encoding among many comes last.
   *
   * @param wanted metrics that stay in any case
   */
  Map<String, Double> results(Metrics metrics, List<String> wanted, List<CurvePoint> curve) {
    Map<String, Double> all = new TreeMap<>(metrics.values());
    metrics
        .values()
        .forEach(
            (name, value) -> {
              if (isDrawn(name, wanted) && value > 0) {
                all.put(name + LOG10, StrictMath.log10(value));
              }
            });
    Set<String> curves = curve.stream().map(CurvePoint::metric).collect(Collectors.toSet());
    List<String> order =
        all.keySet().stream()
            .sorted(
                Comparator.comparing((String name) -> !wanted.contains(name))
                    .thenComparing(name -> !curves.contains(name))
                    .thenComparing(name -> !first.contains(name))
                    .thenComparing(name -> !isDrawn(of(name).name(), wanted))
                    .thenComparing(this::place)
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

  /** Whether it is a size in bytes that charts draw. */
  private boolean isDrawn(String name, List<String> wanted) {
    Metric metric = catalogue.get(name);
    return metric.unit() == MetricUnit.BYTES
        && (wanted.contains(name) || metric.prominence() != Metric.Prominence.DETAIL);
  }

  /** The metric itself of a logarithm. */
  private Metric of(String name) {
    return catalogue.get(
        name.endsWith(LOG10) ? name.substring(0, name.length() - LOG10.length()) : name);
  }

  /** A place in the order of the catalogue; unknown metrics and encodings share the last one. */
  private int place(String name) {
    Metric metric = of(name);
    int place = catalogue.all().indexOf(metric);
    boolean encoding =
        metric.unit() == MetricUnit.BYTES
            && metric.dense() != null
            && metric.prominence() == Metric.Prominence.DETAIL;
    return place < 0 || encoding ? catalogue.all().size() : place;
  }

  /**
   * The curves of a path, one after the other. A step is an epoch of training, or a stage without
   * any: what pruning does to the accuracy is a step of its own, not a fall at the step before.
   *
   * @param path results of its stages, first to last, as far as they are over
   * @param from the first stage whose curve is wanted; the steps before it count
   * @param startMillis when the first stage started, in milliseconds since 1970
   * @param seconds that all of it took; more than the stages of the path where a fine-tuning went
   *     on from another one
   */
  List<CurvePoint> curve(List<StageResult> path, int from, long startMillis, double seconds) {
    double elsewhere = seconds - path.stream().mapToDouble(StageResult::seconds).sum();
    int trained = lastTrained(path);
    List<CurvePoint> points = new ArrayList<>();
    int step = 0;
    double start = 0;
    for (int i = 0; i < path.size(); i++) {
      double end = start + path.get(i).seconds() + (i == trained ? Math.max(0, elsewhere) : 0);
      List<EpochMetrics> states = states(path.get(i));
      for (int k = 0; k < states.size(); k++) {
        step++;
        double reached = start + (end - start) * (k + 1) / states.size();
        long time = startMillis + Math.round(reached * 1000);
        if (i >= from) {
          for (Map.Entry<String, Double> value : states.get(k).metrics().values().entrySet()) {
            points.add(new CurvePoint(value.getKey(), step, value.getValue(), time));
          }
        }
      }
      start = end;
    }
    return chosen(points);
  }

  private static int lastTrained(List<StageResult> path) {
    for (int i = path.size() - 1; i >= 0; i--) {
      if (path.get(i) instanceof StageResult.Done done && !done.curve().isEmpty()) {
        return i;
      }
    }
    return -1;
  }

  /** After each epoch; of a stage without any, its result, as far as epochs have it too. */
  private List<EpochMetrics> states(StageResult stage) {
    if (!(stage instanceof StageResult.Done done)) {
      return List.of();
    }
    if (!done.curve().isEmpty()) {
      return done.curve();
    }
    Map<String, Double> values = new TreeMap<>(done.metrics().values());
    values.keySet().retainAll(first);
    return List.of(new EpochMetrics(1, new Metrics(values)));
  }

  private List<CurvePoint> chosen(List<CurvePoint> points) {
    Set<String> names = points.stream().map(CurvePoint::metric).collect(Collectors.toSet());
    Set<String> chosen =
        names.stream()
            .sorted(
                Comparator.comparing((String name) -> !first.contains(name))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(CURVES)
            .collect(Collectors.toSet());
    return points.stream().filter(point -> chosen.contains(point.metric())).toList();
  }

  /**
   * The curves of a sweep's baselines, for its parent run. One baseline has the metrics' own names,
   * so that a chart draws it before its trials. Several have names of their own, and of more than
   * the run may have metrics only the first are there.
   *
   * @param startMillis of the sweep
   */
  List<CurvePoint> baselineCurves(SweepSnapshot finished, long startMillis) {
    Map<String, List<CurvePoint>> byLabel = new TreeMap<>();
    for (PlanFile.StageEntry stage : finished.plan().stages()) {
      StageResult result = finished.stages().get(new StageId(stage.id()));
      if (stage.parent() == null && result != null) {
        byLabel.put(stage.label(), curve(List.of(result), 0, startMillis, result.seconds()));
      }
    }
    if (byLabel.size() == 1) {
      return byLabel.values().iterator().next();
    }
    return byLabel.entrySet().stream()
        .limit(KEYS)
        .flatMap(
            baseline ->
                baseline.getValue().stream()
                    .filter(point -> point.metric().equals(Metrics.VAL_ACCURACY))
                    .map(
                        point ->
                            new CurvePoint(
                                "baseline/" + baseline.getKey(),
                                point.step(),
                                point.value(),
                                point.timeMillis())))
        .toList();
  }
}
