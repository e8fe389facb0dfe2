package dev.espalier.sweep.mlflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be sent, and the one thread that sends it. After three failures in a row it sends
 * nothing more: a server that is away must not hold up the end of the sweep.
 */
final class SendingQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SendingQueue.class);
  private static final int CAPACITY = 20_000;
  private static final int FAILURES_TO_STOP = 3;
  private static final int PROBLEMS_KEPT = 20;

  private final String uri;
  private final Duration timeout;
  private final LongSupplier progress;
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Thread sending = new Thread(this::sendAll, "mlflow-log");
  private final List<String> problems = new ArrayList<>();
  private long unsent;
  private int waiting;
  private int failuresInARow;

  /** Something to send. */
  interface Item {
    void send() throws TrackingFailure;
  }

  /**
   * @param timeout of one call to the server
   * @param progress a number that changes whenever such a call has ended
   */
  SendingQueue(String uri, Duration timeout, LongSupplier progress) {
    this.uri = uri;
    this.timeout = timeout;
    this.progress = progress;
    sending.setDaemon(true);
    sending.start();
  }

  /** Queues {@code item}; where the queue stays full for the time of a call, the item is lost. */
  void add(Item item) {
    waiting(1);
    try {
      // First without waiting: that works in an interrupted thread too, when a sweep is stopped.
      if (queue.offer(item) || queue.offer(item, timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      lost(uri + " is too slow: " + CAPACITY + " things wait to be sent");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lost("stopped before everything was sent to " + uri);
    }
    waiting(-1);
  }

  private synchronized void waiting(int more) {
    waiting += more;
    notifyAll();
  }

  private void sendAll() {
    try {
      while (true) {
        send(queue.take());
        waiting(-1);
      }
    } catch (InterruptedException e) {
      LOG.debug("the sending ends", e);
    }
  }

  private void send(Item item) {
    if (stopped()) {
      lost(null);
      return;
    }
    try {
      item.send();
      sent();
    } catch (TrackingFailure | RuntimeException e) {
      LOG.warn("not sent to MLflow: {}", e.getMessage());
      lost(String.valueOf(e.getMessage()));
    }
  }

  private synchronized boolean stopped() {
    return failuresInARow >= FAILURES_TO_STOP;
  }

  private synchronized void sent() {
    failuresInARow = 0;
  }

  private synchronized void lost(@Nullable String problem) {
    unsent++;
    if (problem == null) {
      return;
    }
    failuresInARow++;
    if (problems.size() < PROBLEMS_KEPT && !problems.contains(problem)) {
      problems.add(problem);
    }
    if (failuresInARow == FAILURES_TO_STOP) {
      problems.add(
          "after " + FAILURES_TO_STOP + " failures in a row nothing more is sent to " + uri);
    }
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  synchronized long unsent() {
    return unsent;
  }

  /** Waits until everything is sent, or given up, or a call takes longer than calls may take. */
  synchronized void drain() throws InterruptedException {
    long seen = progress.getAsLong();
    long since = System.nanoTime();
    while (waiting > 0 && System.nanoTime() - since < 2 * timeout.toNanos()) {
      wait(50);
      if (seen != progress.getAsLong()) {
        seen = progress.getAsLong();
        since = System.nanoTime();
      }
    }
  }

  /** Ends the sending; what still waits is lost. */
  @Override
  public void close() {
    sending.interrupt();
    while (queue.poll() != null) {
      lost(null);
    }
  }
}
