package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private final Plan plan = SmallPlan.usual();
  private final Map<StageId, StageResult> known = new HashMap<>();

  @Test
  void withoutEarlierStagesTheTimingIsAsked() {
    Estimate estimate = Estimate.of(plan, known, stage -> 7);
    plan.stages().forEach(stage -> assertEquals(7, estimate.of(stage)));
    assertEquals("from a short timing", estimate.source());
  }

  @Test
  void anEpochTakesAsLongAsEarlierOnesOfTheNetwork() {
    done("train", 8);
    done("prune 0.5", 0.5);
    Estimate estimate = Estimate.of(plan, known, stage -> 7);
    assertEquals(4, estimate.of(stage("tune 0.5 epoch 1")), "two epochs took 8 s");
    assertEquals(8, estimate.of(stage("tune 0.5 epoch 3")), "it continues from epoch 1");
    assertEquals(0.5, estimate.of(stage("prune 0.9")));
    assertEquals(7, estimate.of(stage("cluster 0.5 epoch 1")));
    assertEquals("from 2 earlier stages of this sweep and a short timing", estimate.source());
    done("cluster 0.5 epoch 1", 1);
    assertEquals(
        "from 3 earlier stages of this sweep", Estimate.of(plan, known, stage -> 7).source());
  }

  @Test
  void progressCountsEveryStageOnce() {
    Estimate estimate = Estimate.of(plan, known, stage -> 1);
    assertEquals(new Progress(0, 0, 0, 11, 5.5), progress(estimate, Map.of()));
    done("train", 1);
    known.put(
        stage("prune 0.9").id(),
        new StageResult.Failed(stage("prune 0.9").id(), StageResult.Cause.DIVERGED, "NaN", 0));
    assertEquals(
        new Progress(1, 1, 1, 8, 4.25),
        progress(estimate, Map.of(stage("prune 0.5").id(), 0.5)),
        "8.5 s of work in two slots");
    assertEquals(11, progress(estimate, Map.of()).stages());
  }

  @Test
  void theTimeLeftIsNeverBelowTheLongestPath() {
    Estimate estimate = Estimate.of(plan, known, stage -> 1);
    assertEquals(5, Progress.of(plan, known, Map.of(), estimate, 100).secondsLeft(), 1e-9);
  }

  private Progress progress(Estimate estimate, Map<StageId, Double> running) {
    return Progress.of(plan, known, running, estimate, 2);
  }

  private void done(String label, double seconds) {
    StageId id = stage(label).id();
    known.put(
        id,
        new StageResult.Done(
            id, Metrics.NONE, List.of(), List.of(), Map.of(), Map.of(), HashRunner.HERE, seconds));
  }

  private PlannedStage stage(String label) {
    return plan.stages().stream()
        .filter(stage -> stage.label().equals(label))
        .findFirst()
        .orElseThrow();
  }
}
