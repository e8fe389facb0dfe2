package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.PlanFile;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The curves of a sweep's baselines, for its parent run. */
final class BaselineCurves {
  private BaselineCurves() {}

  /**
   * One baseline has the metrics' own names, so that a chart draws it before its trials. Several
   * have names of their own, and of more than the run may have metrics only the first are there.
   *
   * @param startMillis of the sweep
   */
  static List<CurvePoint> of(Finished finished, long startMillis) {
    Map<String, List<CurvePoint>> byLabel = new TreeMap<>();
    for (PlanFile.StageEntry stage : finished.plan().stages()) {
      StageResult result = finished.stages().get(new StageId(stage.id()));
      if (stage.parent() == null && result != null) {
        byLabel.put(
            stage.label(), TrialMetrics.curve(List.of(result), 0, startMillis, result.seconds()));
      }
    }
    if (byLabel.size() == 1) {
      return byLabel.values().iterator().next();
    }
    return byLabel.entrySet().stream()
        .limit(TrialMetrics.KEYS)
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
