package dev.espalier.sweep.run;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time that passes while a sweep runs, and alarms in it. */
interface Time extends AutoCloseable {

  /** Nanoseconds since some moment. */
  long nanos();

  /**
   * Sets an alarm.
   *
   * @param after the time until it rings, once
   * @return cancels the alarm, if it has not rung
   */
  Runnable alarm(Duration after, Runnable bell);

  /** Cancels all alarms; alarms set later never ring. */
  @Override
  void close();

  /** The time of this machine. */
  static Time ofMachine() {
    return new OfMachine(
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "stage clock");
              thread.setDaemon(true);
              return thread;
            },
            // The start of a stage may be reported after everything is over.
            new ThreadPoolExecutor.DiscardPolicy()));
  }

  /** See {@link #ofMachine}. */
  record OfMachine(ScheduledExecutorService thread) implements Time {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public Runnable alarm(Duration after, Runnable bell) {
      Future<?> ringing = thread.schedule(bell, after.toMillis(), TimeUnit.MILLISECONDS);
      return () -> ringing.cancel(false);
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }
}
