package dev.espalier.sweep.cli;

import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Handling of Ctrl-C. While stages run, they are interrupted, the sweep ends cleanly, and then the
 * process ends with exit code 130. Before the first stage there is nothing to end cleanly, and the
 * process ends at once.
 */
final class Interruption {
  /** A step of the largest network takes about a second, and telling MLflow a few more. */
  private static final long PATIENCE_SECONDS = 45;

  private enum Phase {
    BEFORE,
    STAGES,
    AFTER
  }

  private final Thread worker = Thread.currentThread();
  private final Runnable tell;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Phase phase = Phase.BEFORE;
  private boolean stopping;

  /**
   * For work of the calling thread.
   *
   * @param tell announces the stop
   */
  Interruption(Runnable tell) {
    this.tell = tell;
  }

  /** Runs {@code work} while watching for the end of the process. */
  <T> T watch(Callable<T> work) throws Exception {
    Thread hook = new Thread(this::stop, "espalier-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.call();
    } finally {
      ended.countDown();
      remove(hook);
    }
  }

  /** The same executor; from its first stage until it is closed, the worker may be interrupted. */
  StageExecutor watched(StageExecutor executor) {
    return new Watched(executor);
  }

  private void stop() {
    tell.run();
    synchronized (this) {
      stopping = true;
      if (phase == Phase.BEFORE) {
        return;
      } else if (phase == Phase.STAGES) {
        worker.interrupt();
      }
    }
    try {
      var unused = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin() {
    synchronized (this) {
      if (phase != Phase.BEFORE) {
        return;
      } else if (!stopping) {
        phase = Phase.STAGES;
        return;
      }
    }
    while (true) { // The process is about to end; a stage that starts now would be cut off.
      LockSupport.park(this);
    }
  }

  /** From now on files are written, which an interrupt would cut off. */
  private synchronized void end() {
    phase = Phase.AFTER;
    var unused = Thread.interrupted();
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException theProcessIsStopping) {
      // The hook has seen the end of the work and lets the process go.
    }
  }

  private final class Watched implements StageExecutor {
    private final StageExecutor executor;

    Watched(StageExecutor executor) {
      this.executor = executor;
    }

    @Override
    public int slots() {
      return executor.slots();
    }

    @Override
    public StageResult run(PlannedStage stage, Runnable started) throws InterruptedException {
      begin();
      return executor.run(stage, started);
    }

    @Override
    public void close() {
      end();
      executor.close();
    }
  }
}
