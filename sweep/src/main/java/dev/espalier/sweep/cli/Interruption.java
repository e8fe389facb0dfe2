package dev.espalier.sweep.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: the work is interrupted, comes to its own clean end, and only then the process ends, with
 * exit code 130.
 */
final class Interruption {
  /** A step of the largest network takes a second or so. */
  private static final long PATIENCE_SECONDS = 30;

  private Interruption() {}

  /** Runs {@code work} in this thread and interrupts it if the process is told to stop. */
  static <T> T during(Callable<T> work, PrintWriter err) throws Exception {
    Thread worker = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              err.println("\nStopping; nothing that is finished is lost ...");
              worker.interrupt();
              waitFor(ended);
            },
            "espalier-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.call();
    } finally {
      ended.countDown();
      remove(hook);
    }
  }

  private static void waitFor(CountDownLatch ended) {
    try {
      var unused = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException theProcessIsStopping) {
      // The hook has seen the end of the work and lets the process go.
    }
  }
}
