package dev.espalier.workers.data;

import java.util.List;

/**
 * A data set cannot be used as it is. Each message is one paragraph for the person who asked: which
 * file or setting, the rule, what was found, and what to do next.
 */
public final class DataException extends Exception {
  private final List<String> messages;

  public DataException(List<String> messages) {
    super(String.join("\n", messages));
    this.messages = List.copyOf(messages);
  }

  public DataException(String message) {
    this(List.of(message));
  }

  /** The end of a message about files that are missing or damaged: what to do. */
  static String howToGet(String name) {
    return "or fetch them with `espalier data %s --to DIR`".formatted(name);
  }

  /** Everything that is wrong, one paragraph each; at least one. */
  public List<String> messages() {
    return messages;
  }

  @Override
  public String getMessage() {
    return String.join("\n", messages);
  }
}
