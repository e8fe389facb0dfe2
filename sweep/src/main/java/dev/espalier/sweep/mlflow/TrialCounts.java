package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How many trials of a sweep are over.
 *
 * @param left neither completed nor failed
 */
public record TrialCounts(int completed, int failed, int left) {

  /** What a folder holds. */
  public static TrialCounts of(SweepSnapshot finished) {
    int all = finished.plan().trials().size();
    TrialCounts counts = new TrialCounts(0, 0, all);
    for (TrialResult trial : finished.trials()) {
      counts = counts.plus(trial);
    }
    return counts;
  }

  /**
   * What is known when a run of a sweep begins.
   *
   * @param known results of stages that need not run
   */
  public static TrialCounts of(Plan plan, Map<StageId, StageResult> known) {
    int completed = 0;
    int failed = 0;
    for (Trial trial : plan.trials()) {
      List<StageResult> path =
          trial.path().stream()
              .filter(known::containsKey)
              .map(id -> Objects.requireNonNull(known.get(id)))
              .toList();
      if (path.stream().anyMatch(StageResult.Failed.class::isInstance)) {
        failed++;
      } else if (path.size() == trial.path().size()) {
        completed++;
      }
    }
    return new TrialCounts(completed, failed, plan.trials().size() - completed - failed);
  }

  /** One more is over. */
  public TrialCounts plus(TrialResult trial) {
    return trial.completed()
        ? new TrialCounts(completed + 1, failed, left - 1)
        : new TrialCounts(completed, failed + 1, left - 1);
  }

  int over() {
    return completed + failed;
  }

  int all() {
    return over() + left;
  }

  /** As the parent run has them. */
  Map<String, String> tags() {
    return Map.of(
        "trials.completed", String.valueOf(completed),
        "trials.failed", String.valueOf(failed),
        "trials.left", String.valueOf(left));
  }
}
