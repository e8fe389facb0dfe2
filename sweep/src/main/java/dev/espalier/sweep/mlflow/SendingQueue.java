package dev.espalier.sweep.mlflow;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be sent, and the threads that send it, each over a client of its own. After three
 * failures in a row they send nothing more: a server that is away must not hold up the end of the
 * sweep.
 */
final class SendingQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SendingQueue.class);
  private static final int CAPACITY = 20_000;
  private static final int FAILURES_TO_STOP = 3;
  private static final int PROBLEMS_KEPT = 20;

  private final String uri;
  private final Duration timeout;
  private final List<TrackingClient> clients;
  private final List<Thread> threads = new ArrayList<>();
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final List<String> problems = new ArrayList<>();
  private int phase;
  private int phaseAtWork;
  private int atWork;
  private long unsent;
  private int failuresInARow;
  private boolean answers;

  /** Something to send. */
  interface Item {
    void send(TrackingClient client) throws TrackingFailure;
  }

  /** An item with the number of fences before it. */
  private record Waiting(Item item, int phase) {}

  /**
   * @param timeout of one call to the server
   * @param clients one for each thread
   */
  SendingQueue(String uri, Duration timeout, List<TrackingClient> clients) {
    this.uri = uri;
    this.timeout = timeout;
    this.clients = List.copyOf(clients);
    for (TrackingClient client : this.clients) {
      Thread thread = new Thread(() -> sendAll(client), "mlflow-log");
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /** Queues {@code item}; where the queue stays full for the time of a call, the item is lost. */
  synchronized void add(Item item) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      // No wait where there is room: this works in an interrupted thread, when a sweep is stopped.
      while (queue.size() >= CAPACITY) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          lost(uri + " is too slow: " + CAPACITY + " items wait to be sent");
          return;
        }
        wait(left);
      }
      queue.add(new Waiting(item, phase));
      notifyAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lost("stopped before everything was sent to " + uri);
    }
  }

  /** Queues {@code item} before all that waits, whatever was added before it. */
  synchronized void addFirst(Item item) {
    queue.addFirst(new Waiting(item, phaseAtWork));
    notifyAll();
  }

  /** What is added from now on waits until all that was added before has ended, well or not. */
  synchronized void fence() {
    phase++;
  }

  private void sendAll(TrackingClient client) {
    try {
      while (true) {
        send(take(), client);
        ended();
      }
    } catch (InterruptedException e) {
      LOG.debug("the sending ends", e);
    }
  }

  private synchronized Item take() throws InterruptedException {
    while (!mayStart()) {
      wait();
    }
    Waiting next = queue.remove();
    phaseAtWork = next.phase();
    atWork++;
    notifyAll();
    return next.item();
  }

  /**
   * Alone, until the server has answered well: one that is away is asked three times, not three
   * times by each thread.
   */
  private boolean mayStart() {
    Waiting next = queue.peek();
    return next != null && (atWork == 0 || (answers && next.phase() == phaseAtWork));
  }

  private synchronized void ended() {
    atWork--;
    notifyAll();
  }

  private void send(Item item, TrackingClient client) {
    if (stopped()) {
      lost(null);
      return;
    }
    try {
      item.send(client);
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
    if (!stopped()) {
      failuresInARow = 0;
      answers = true;
    }
  }

  private synchronized void lost(@Nullable String problem) {
    unsent++;
    if (problem == null) {
      return;
    }
    failuresInARow++;
    answers = false;
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
    long seen = callsEnded();
    long since = System.nanoTime();
    while (queue.size() + atWork > 0 && System.nanoTime() - since < 2 * timeout.toNanos()) {
      wait(50);
      if (seen != callsEnded()) {
        seen = callsEnded();
        since = System.nanoTime();
      }
    }
  }

  private long callsEnded() {
    return clients.stream().mapToLong(TrackingClient::ended).sum();
  }

  /** Ends the sending and the clients; what still waits is lost. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    synchronized (this) {
      queue.forEach(waiting -> lost(null));
      queue.clear();
    }
    clients.forEach(TrackingClient::close);
  }
}
