package dev.espalier.sweep.terminal;

import dev.espalier.sweep.pareto.TextLine;

/**
 * The colours of lines, used sparingly: the most important lines are bold and green, failures are
 * red, notes are dim.
 *
 * @param on whether there are colours at all
 */
public record Paint(boolean on) {
  private static final String RESET = "\033[0m";

  /** A line in its colour; the text as it is where there are none. */
  public String of(TextLine line) {
    String colour = on && !line.text().isEmpty() ? colour(line.kind()) : "";
    return colour.isEmpty() ? line.text() : colour + line.text() + RESET;
  }

  /** Something that has failed. */
  public String failure(String text) {
    return of(new TextLine(TextLine.Kind.FAILURE, text));
  }

  private static String colour(TextLine.Kind kind) {
    return switch (kind) {
      case HEAD -> "\033[1m";
      case BEST -> "\033[1;32m";
      case FAILURE -> "\033[31m";
      case NOTE, EXPLANATION -> "\033[2m";
      case PLAIN -> "";
    };
  }
}
