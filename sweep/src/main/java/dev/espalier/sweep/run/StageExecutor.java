package dev.espalier.sweep.run;

import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;

/** The place where stages run. Its methods may be called from several threads at once. */
public interface StageExecutor extends AutoCloseable {

  /** How many stages run at the same time, at least 1; executors of a cluster come and go. */
  int slots();

  /**
   * Runs a stage and waits for its result. Whatever goes wrong in it, a lost machine included, is a
   * {@link StageResult.Failed}.
   *
   * @param started is called when the stage begins to run, which may be long after it was given
   *     away, and again when a lost machine makes it begin anew; by any thread
   * @throws InterruptedException if the thread was interrupted; then the stage is told to stop, and
   *     is not waited for
   */
  StageResult run(PlannedStage stage, Runnable started) throws InterruptedException;

  /** The same for whoever need not know when it begins. */
  default StageResult run(PlannedStage stage) throws InterruptedException {
    return run(stage, () -> {});
  }

  @Override
  void close();
}
