package dev.espalier.sweep.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Function;

/**
 * Questions to a person.
 *
 * @param in the answers, a line each
 * @param out the questions
 */
record Questions(BufferedReader in, PrintWriter out) {

  /**
   * Asks until there is a valid answer.
   *
   * @param preset the answer of an empty line; empty if there must be one
   * @param read of an answer; throws an {@link IllegalArgumentException} that says what is wrong
   * @param option that can be used instead of the question
   * @throws UsageException if the answers end
   */
  <T> T ask(String question, String preset, Function<String, T> read, String option)
      throws IOException, UsageException {
    while (true) {
      out.print(question + (preset.isEmpty() ? ": " : " [" + preset + "]: "));
      out.flush();
      String line = in.readLine();
      if (line == null) {
        out.println();
        throw new UsageException(option + ": must be given if there is nobody to ask, found none");
      }
      try {
        return read.apply(line.isBlank() ? preset : line.strip());
      } catch (IllegalArgumentException e) {
        out.println("  " + e.getMessage());
      }
    }
  }
}
