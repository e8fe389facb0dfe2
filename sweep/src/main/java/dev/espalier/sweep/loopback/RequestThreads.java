package dev.espalier.sweep.loopback;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a server, one for each request from its first byte to the end of its answer. The
 * JDK's server reads the head of a request on the thread that answers it, so a client that sends
 * half a head holds a thread; with a fixed number of them, a few such clients stop the server for
 * all others.
 *
 * <p>Until a request is {@linkplain #admitted admitted} it may take only so long, and only so many
 * of them may wait at a time: above that, the oldest goes. Its thread is interrupted, which closes
 * the connection that it reads from or writes to.
 */
final class RequestThreads implements Executor, AutoCloseable {
  private final int most;
  private final long patienceNanos;
  private final ExecutorService threads = Executors.newCachedThreadPool(RequestThreads::daemon);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(RequestThreads::daemon);

  /** Threads of requests that are not admitted, oldest first, by when they started. */
  private final Map<Thread, Long> waiting = new LinkedHashMap<>();

  /**
   * Starts without a thread.
   *
   * @param most requests that may wait to be admitted at a time
   * @param patience how long one may
   */
  RequestThreads(int most, Duration patience) {
    this.most = most;
    this.patienceNanos = patience.toNanos();
    long tick = Math.max(1, patience.toMillis() / 10);
    var unused = clock.scheduleWithFixedDelay(this::dropLate, tick, tick, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "loopback-server");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void execute(Runnable request) {
    threads.execute(
        () -> {
          begin();
          try {
            request.run();
          } finally {
            end();
          }
        });
  }

  private synchronized void begin() {
    waiting.put(Thread.currentThread(), System.nanoTime());
    if (waiting.size() > most) {
      drop(waiting.keySet().iterator());
    }
  }

  /** Says that the request of this thread may take as long as it needs. */
  synchronized void admitted() {
    waiting.remove(Thread.currentThread());
  }

  /** The thread goes on to another request, which has nothing to do with the end of this one. */
  private synchronized void end() {
    admitted();
    var unused = Thread.interrupted();
  }

  private synchronized void dropLate() {
    long now = System.nanoTime();
    Iterator<Map.Entry<Thread, Long>> oldest = waiting.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Thread, Long> request = oldest.next();
      if (now - request.getValue() < patienceNanos) {
        return;
      }
      request.getKey().interrupt();
      oldest.remove();
    }
  }

  private static void drop(Iterator<Thread> oldest) {
    oldest.next().interrupt();
    oldest.remove();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
