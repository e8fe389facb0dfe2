package dev.espalier.sweep.run;

import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts a stage that takes longer than it may, and makes a failure of whatever is thrown. */
final class StageClock implements AutoCloseable {
  private final @Nullable Duration limit;
  private final ScheduledExecutorService alarms =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "stage clock");
            thread.setDaemon(true);
            return thread;
          });

  StageClock(@Nullable Duration limit) {
    this.limit = limit;
  }

  /** The result of the stage; empty if this thread was interrupted by someone else. */
  Optional<StageResult> run(PlannedStage stage, StageExecutor executor) {
    long start = System.nanoTime();
    Alarm alarm = new Alarm(Thread.currentThread());
    Future<?> ringing =
        limit == null
            ? null
            : alarms.schedule(alarm::ring, limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return Optional.of(executor.run(stage));
    } catch (InterruptedException e) {
      return alarm.rang()
          ? Optional.of(
              failed(stage, StageResult.Cause.TIMEOUT, "over its time limit of " + limit, start))
          : Optional.empty();
    } catch (RuntimeException | Error e) {
      return Optional.of(failed(stage, StageResult.Cause.ERROR, e.toString(), start));
    } finally {
      alarm.off();
      if (ringing != null) {
        ringing.cancel(false);
      }
    }
  }

  private static StageResult failed(
      PlannedStage stage, StageResult.Cause cause, String reason, long start) {
    return new StageResult.Failed(stage.id(), cause, reason, (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    alarms.shutdownNow();
  }

  /** Interrupts its thread at most once, and never after it is off. */
  private static final class Alarm {
    private final Thread thread;
    private boolean rang;
    private boolean off;

    Alarm(Thread thread) {
      this.thread = thread;
    }

    synchronized void ring() {
      if (!off) {
        rang = true;
        thread.interrupt();
      }
    }

    synchronized boolean rang() {
      return rang;
    }

    synchronized void off() {
      off = true;
    }
  }
}
