package dev.espalier.sweep.run;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The queue of work that other threads hand to the thread that runs a sweep, first in, first out.
 */
final class Inbox implements Executor {
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    work.add(task);
  }

  /** Runs the next task, if one arrives within the given time. */
  void runNext(long millis) throws InterruptedException {
    Runnable task = work.poll(millis, TimeUnit.MILLISECONDS);
    if (task != null) {
      task.run();
    }
  }

  /** Runs all waiting tasks. */
  void runAll() {
    for (Runnable task = work.poll(); task != null; task = work.poll()) {
      task.run();
    }
  }
}
