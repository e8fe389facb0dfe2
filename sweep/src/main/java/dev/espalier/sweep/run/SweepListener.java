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
 * belongs on a thread of its own.
 */
public interface SweepListener {

  /**
   * What is going to happen.
   *
   * @param known results of stages that need not run
   * @param taken how many of the known were found in the store, where another sweep or an earlier
   *     run of this one left them
   * @param toRun stages that will run unless one before them fails
   * @param slots how many of them at a time; 1 where none is left
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

  /** A stage is over. One below a failed stage has failed too, without having started. */
  default void stageFinished(PlannedStage stage, StageResult result) {}

  /**
   * A trial is over. Trials that were over before this run are told first, so that a listener hears
   * of each trial of the plan once.
   *
   * @param path results of the stages on its path that are over
   */
  default void trialFinished(TrialResult trial, List<StageResult> path) {}

  /**
   * The run is over; the sweep is locked still.
   *
   * @param finished all that stands in the journal now
   */
  default void finished(Outcome outcome, SweepSnapshot finished) throws IOException {}
}
