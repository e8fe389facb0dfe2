package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A listener to the events of a sweep. It is called on the thread that runs the sweep, so long work
 * belongs on another thread.
 */
public interface SweepListener {

  /**
   * The run begins.
   *
   * @param known results of stages that need not run
   * @param taken the number of known results found in the store, left there by another sweep or by
   *     an earlier run of this one
   * @param toRun stages that will run unless an earlier one fails
   * @param slots the number of concurrent stages; 1 if none is left
   * @param numbers of the trials, by their ids
   */
  record Outlook(
      Plan plan,
      Map<StageId, StageResult> known,
      int taken,
      List<PlannedStage> toRun,
      Estimate estimate,
      int slots,
      Map<String, Integer> numbers) {}

  default void planned(Outlook outlook) {}

  default void stageStarted(PlannedStage stage) {}

  /** A stage is over. A stage below a failed one has failed too, without having started. */
  default void stageFinished(PlannedStage stage, StageResult result) {}

  /**
   * A trial is over. Trials that were over before this run come first, so a listener gets each
   * trial of the plan once.
   *
   * @param path results of the stages on its path that are over
   */
  default void trialFinished(TrialResult trial, List<StageResult> path) {}

  /**
   * The run is over; the sweep is still locked.
   *
   * @param finished everything that is now in the journal
   */
  default void finished(Outcome outcome, SweepSnapshot finished) throws IOException {}
}
