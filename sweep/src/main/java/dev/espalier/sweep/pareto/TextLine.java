package dev.espalier.sweep.pareto;

import java.util.List;

/**
 * A line of text for a terminal, and what it is, from which its colour follows.
 *
 * @param text without colours and without spaces at its end
 */
public record TextLine(Kind kind, String text) {

  /** What a line is. */
  public enum Kind {
    /** The head of a table, or what is said of all its rows. */
    HEAD,
    /** A row of a table, or any other line. */
    PLAIN,
    /** The row or the line that people look for first: a knee, a choice. */
    BEST,
    /** Something that has failed. */
    FAILURE,
    /** A note that belongs to every table. */
    NOTE,
    /** A note for those who ask what it all means. */
    EXPLANATION
  }

  static TextLine of(String text) {
    return new TextLine(Kind.PLAIN, text);
  }

  static List<TextLine> all(Kind kind, List<String> texts) {
    return texts.stream().map(text -> new TextLine(kind, text)).toList();
  }

  /** Whether people see it who ask for no explanations. */
  public boolean isUsual() {
    return kind != Kind.EXPLANATION;
  }
}
