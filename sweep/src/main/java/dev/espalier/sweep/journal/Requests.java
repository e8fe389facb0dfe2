package dev.espalier.sweep.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent requests to a file system. They wait for the network, so there are more of them than
 * cores.
 */
final class Requests {
  /** The most that are under way at the same time. */
  static final int AT_ONCE = 64;

  private Requests() {}

  /** One request. */
  @FunctionalInterface
  interface Request<T, R extends @Nullable Object> {
    R send(T about) throws IOException;
  }

  /**
   * Sends a request about each of {@code all} and waits for the answers.
   *
   * @return the answers, in the order of {@code all}
   * @throws IOException what the first request that failed threw
   */
  static <T, R extends @Nullable Object> List<R> all(Collection<T> all, Request<T, R> request)
      throws IOException {
    if (all.isEmpty()) {
      return List.of();
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.min(AT_ONCE, all.size()), Requests::daemon);
    try {
      List<Future<R>> sent = new ArrayList<>(all.size());
      for (T about : all) {
        sent.add(threads.submit(() -> request.send(about)));
      }
      List<R> answers = new ArrayList<>(all.size());
      for (Future<R> answer : sent) {
        answers.add(answer.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw thrown(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the file system", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * What the work of another thread threw.
   *
   * @throws RuntimeException if that was one
   */
  static IOException thrown(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    return e.getCause() instanceof IOException failed
        ? failed
        : new IOException(String.valueOf(e.getCause()), e);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "request");
    thread.setDaemon(true);
    return thread;
  }
}
