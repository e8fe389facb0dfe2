package dev.espalier.sweep.run;

import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;

/** A journal's lines, in the order in which they were written. */
sealed interface Lines extends AutoCloseable permits JsonLines, Records {

  /** Is given the lines that are there. */
  @FunctionalInterface
  interface Reader {
    /**
     * Takes a line.
     *
     * @param place of the line, for people
     * @throws IllegalArgumentException if it cannot be read, or contradicts itself
     */
    void accept(String line, String place);
  }

  /** Adds a line; it outlives this process when the method returns. */
  void append(String line) throws IOException;

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
