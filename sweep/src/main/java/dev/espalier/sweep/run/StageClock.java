package dev.espalier.sweep.run;

import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The time limit of stages. It interrupts a stage that exceeds the limit and turns exceptions into
 * failures. The time is counted from the start of the stage, which may be after waiting for an
 * executor.
 */
final class StageClock implements AutoCloseable {
  private final @Nullable Duration limit;
  private final Time time;

  StageClock(@Nullable Duration limit, Time time) {
    this.limit = limit;
    this.time = time;
  }

  /** The result of the stage; empty if this thread was interrupted by someone else. */
  Optional<StageResult> run(PlannedStage stage, StageExecutor executor) {
    long start = time.nanos();
    Alarm alarm = new Alarm(Thread.currentThread());
    try {
      return Optional.of(executor.run(stage, alarm::set));
    } catch (InterruptedException e) {
      return alarm.rang()
          ? Optional.of(
              failed(
                  stage,
                  StageResult.Cause.TIMEOUT,
                  "over its time limit of " + words(limit),
                  start))
          : Optional.empty();
    } catch (RuntimeException | Error e) {
      return Optional.of(failed(stage, StageResult.Cause.ERROR, e.toString(), start));
    } finally {
      alarm.off();
    }
  }

  private StageResult failed(
      PlannedStage stage, StageResult.Cause cause, String reason, long start) {
    return new StageResult.Failed(stage.id(), cause, reason, (time.nanos() - start) / 1e9);
  }

  /** As written in options: {@code 1h30m}. */
  private static String words(@Nullable Duration limit) {
    return String.valueOf(limit).substring(2).toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    time.close();
  }

  /** Interrupts its thread at most once, and never after it is switched off. */
  private final class Alarm {
    private final Thread thread;
    private Runnable takeBack = () -> {};
    private boolean rang;
    private boolean off;

    Alarm(Thread thread) {
      this.thread = thread;
    }

    /** Sets it to the whole limit from now on. */
    synchronized void set() {
      if (limit != null && !off && !rang) {
        takeBack.run();
        takeBack = time.alarm(limit, this::ring);
      }
    }

    private synchronized void ring() {
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
      takeBack.run();
    }
  }
}
