package dev.espalier.sweep.journal;

import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.util.List;

/** A journal's lines, in the order in which they were written. */
interface Lines extends AutoCloseable {

  /** Is given the lines that are there. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads a line, on any thread.
     *
     * @param place of the line, for people
     * @return what takes the line over; run in the order of the lines, on one thread
     * @throws IllegalArgumentException if it cannot be read, or contradicts itself
     */
    Runnable read(String line, String place);
  }

  /** Adds lines; they outlive this process when the method returns. */
  void append(List<String> lines) throws IOException;

  @Override
  void close() throws IOException;

  /** Whether {@code line} is a part of one, as a crash may leave it, and not a wrong one. */
  static boolean isTorn(String line, IllegalArgumentException problem) {
    return line.isBlank() || problem.getCause() instanceof StreamReadException;
  }

  /** What to say of a line that must not be there. */
  static RefusedException refused(String place, IllegalArgumentException problem) {
    return new RefusedException(
        "%s: must be a line of the journal, found %s; restore it from a copy, or remove it: the next run writes it again"
            .formatted(place, problem.getMessage()),
        problem);
  }
}
