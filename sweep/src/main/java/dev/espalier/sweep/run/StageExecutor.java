package dev.espalier.sweep.run;

import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;

/** The place where stages run. Its methods may be called from several threads at once. */
public interface StageExecutor extends AutoCloseable {

  /** How many stages run at the same time, at least 1; executors of a cluster come and go. */
  int slots();

  /**
   * Runs a stage and waits for its result. Every error in it, including a lost machine, is a {@link
   * StageResult.Failed}.
   *
   * @param started called by any thread when the stage starts, which may be long after it was
   *     submitted, and again if it restarts after a machine is lost
   * @throws InterruptedException if the thread was interrupted; then the stage is asked to stop,
   *     without waiting for it
   */
  StageResult run(PlannedStage stage, Runnable started) throws InterruptedException;

  /** The same without a notification of the start. */
  default StageResult run(PlannedStage stage) throws InterruptedException {
    return run(stage, () -> {});
  }

  @Override
  void close();
}
