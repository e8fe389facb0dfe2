package dev.espalier.sweep.run;

import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.util.concurrent.Semaphore;

/** Runs stages in the threads that ask for it. */
public final class InProcessExecutor implements StageExecutor {
  private final int slots;
  private final Semaphore free;
  private final StageRunner runner;

  public InProcessExecutor(int slots, StageRunner runner) {
    this.slots = slots;
    this.free = new Semaphore(slots);
    this.runner = runner;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public StageResult run(PlannedStage stage, Runnable started) throws InterruptedException {
    free.acquire();
    try {
      started.run();
      return runner.run(stage);
    } catch (RuntimeException e) {
      return new StageResult.Failed(stage.id(), StageResult.Cause.ERROR, e.toString(), 0);
    } finally {
      free.release();
    }
  }

  @Override
  public void close() {}
}
