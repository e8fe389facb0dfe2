package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.util.Map;

/**
 * The progress of a sweep, in stages.
 *
 * @param done with a checkpoint or a result of an earlier run
 * @param failed themselves, or because an earlier stage failed
 * @param running at this moment
 * @param left neither over nor running
 * @param secondsLeft estimated, until the last stage ends
 */
public record Progress(int done, int failed, int running, int left, double secondsLeft) {

  /**
   * Counts.
   *
   * @param results of the stages that are over
   * @param running seconds since its start for each stage that runs
   * @param slots how many stages run at the same time
   */
  public static Progress of(
      Plan plan,
      Map<StageId, StageResult> results,
      Map<StageId, Double> running,
      Estimate estimate,
      int slots) {
    int done = 0;
    int failed = 0;
    double work = 0;
    for (PlannedStage stage : plan.stages()) {
      StageResult result = results.get(stage.id());
      if (result instanceof StageResult.Done) {
        done++;
      } else if (result != null) {
        failed++;
      } else {
        work += left(stage, running, estimate);
      }
    }
    double longest =
        plan
            .costToLeaf(
                stage -> results.containsKey(stage.id()) ? 0 : left(stage, running, estimate))
            .values()
            .stream()
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(0);
    return new Progress(
        done,
        failed,
        running.size(),
        plan.stages().size() - done - failed - running.size(),
        Math.max(longest, work / slots));
  }

  /** The number of stages. */
  public int stages() {
    return done + failed + running + left;
  }

  private static double left(PlannedStage stage, Map<StageId, Double> running, Estimate estimate) {
    return Math.max(0, estimate.of(stage) - running.getOrDefault(stage.id(), 0.0));
  }
}
