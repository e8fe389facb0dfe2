package dev.espalier.sweep.run;

import java.io.IOException;

/** A journal's lines, in the order in which they were written. */
sealed interface Lines extends AutoCloseable permits JsonLines, Records {

  /** Adds a line; it outlives this process when the method returns. */
  void append(String line) throws IOException;

  @Override
  void close() throws IOException;
}
