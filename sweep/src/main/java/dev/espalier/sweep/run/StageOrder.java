package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.TrialOrder;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.PlannedStage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * The order in which ready stages start: suspects first; then, if the front is to be useful early,
 * those that the first trials of a {@link TrialOrder} need; then those with the longest remaining
 * path, so that the whole run ends early. The order changes no result.
 */
final class StageOrder {
  private StageOrder() {}

  /**
   * The order of the stages that are left to run.
   *
   * @param frontFirst whether the front is to be useful early, rather than the whole run to end
   *     early
   */
  static Comparator<PlannedStage> of(
      Plan plan, Resume resume, Estimate estimate, boolean frontFirst) {
    Map<StageId, Double> longest =
        plan.costToLeaf(stage -> resume.toRun().contains(stage.id()) ? estimate.of(stage) : 0);
    Map<StageId, Integer> ranks = frontFirst ? TrialOrder.ofStages(plan) : Map.of();
    Map<StageId, Integer> place = new HashMap<>();
    plan.stages().forEach(stage -> place.put(stage.id(), place.size()));
    return Comparator.<PlannedStage>comparingInt(
            stage -> resume.suspects().contains(stage.id()) ? 0 : 1)
        .thenComparing(stage -> ranks.getOrDefault(stage.id(), 0))
        .thenComparing(stage -> -longest.getOrDefault(stage.id(), 0.0))
        .thenComparing(stage -> place.getOrDefault(stage.id(), 0));
  }
}
