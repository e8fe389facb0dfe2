package dev.espalier.sweep.spark;

import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs stages in this process and knows the threads that do. Spark, when it is stopped, waits for
 * no task; a task that the end of the process cuts off looks to the next run like a crash.
 *
 * @param executor a number of its own for each executor of this process
 */
record LocalStages(long executor, StageRunner runner) implements StageRunner {
  private static final long PATIENCE_SECONDS = 20;

  /** Static, since what travels to a task is a copy. */
  private static final Map<Thread, Long> RUNNING = new ConcurrentHashMap<>();

  @Override
  public StageResult run(PlannedStage stage) throws InterruptedException {
    RUNNING.put(Thread.currentThread(), executor);
    try {
      return runner.run(stage);
    } finally {
      RUNNING.remove(Thread.currentThread());
    }
  }

  /** Interrupts what still runs and waits until it has ended. */
  void stop() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (RUNNING.containsValue(executor) && System.nanoTime() < end) {
        RUNNING.forEach(
            (thread, of) -> {
              if (of == executor) {
                thread.interrupt();
              }
            });
        Thread.sleep(50);
      }
    } catch (InterruptedException inAHurry) {
      Thread.currentThread().interrupt();
    }
  }
}
