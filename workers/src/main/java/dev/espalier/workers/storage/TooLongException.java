package dev.espalier.workers.storage;

import java.io.IOException;

/** A file that has more bytes than it may have. The message is a rule and what was found. */
public final class TooLongException extends IOException {
  private static final long serialVersionUID = 1;

  TooLongException(long most) {
    super("must have at most %d bytes, found more".formatted(most));
  }

  /** The same of a file at {@code place}. */
  TooLongException(String place, TooLongException e) {
    super(place + ": " + e.getMessage(), e);
  }
}
