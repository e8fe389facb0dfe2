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

  /** Everything that is wrong, one paragraph each; at least one. */
  public List<String> messages() {
    return messages;
  }

  @Override
  public String getMessage() {
    return String.join("\n", messages);
  }
}
