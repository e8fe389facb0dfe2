package dev.espalier.sweep.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A thread that writes journal lines and is never interrupted. Lines that arrive during a write are
 * written together by the next, so that a slow file system gets fewer and larger requests.
 *
 * <p>Once lines could not be written, no later ones are: they would stand there without those
 * before them.
 */
final class GroupCommit implements AutoCloseable {
  private static final int MOST_TOGETHER = 512;

  private record Line(Lines to, String text, CompletableFuture<@Nullable Void> written) {}

  private final List<Lines> all;
  private final LinkedBlockingQueue<Line> waiting = new LinkedBlockingQueue<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "journal");
            thread.setDaemon(true);
            return thread;
          });

  /** Of the journal's thread. */
  private @Nullable Throwable problem;

  /**
   * Gets ready to write to {@code all}.
   *
   * @param all of lines that go together, those of the first are written first
   */
  GroupCommit(List<Lines> all) {
    this.all = List.copyOf(all);
  }

  /**
   * Adds a line to one of them, after all that were added to it before.
   *
   * @return completed, in the order of the lines, once the line outlives this process
   */
  CompletableFuture<@Nullable Void> add(Lines to, String text) {
    CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
    waiting.add(new Line(to, text, written));
    thread.execute(this::writeWaiting);
    return written;
  }

  private void writeWaiting() {
    List<Line> together = new ArrayList<>();
    waiting.drainTo(together, MOST_TOGETHER);
    try {
      for (Lines to : problem == null ? all : List.<Lines>of()) {
        List<String> texts =
            together.stream().filter(line -> line.to() == to).map(Line::text).toList();
        if (!texts.isEmpty()) {
          to.append(texts);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      problem = e;
    }
    for (Line line : together) {
      if (problem == null) {
        line.written().complete(null);
      } else {
        line.written().completeExceptionally(problem);
      }
    }
  }

  /** Writes what was added, whatever interrupts the calling thread, and closes all. */
  @Override
  public void close() throws IOException {
    Future<@Nullable Void> closed =
        thread.submit(
            () -> {
              for (Lines lines : all) {
                lines.close();
              }
              return null;
            });
    thread.shutdown();
    await(closed);
  }

  /**
   * Waits for {@code work} in spite of interrupts.
   *
   * @throws IOException what it threw; so does a {@link RuntimeException}
   */
  static void await(Future<? extends @Nullable Object> work) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          var unused = work.get();
          return;
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw Requests.thrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
