package dev.espalier.sweep.journal;

import org.jspecify.annotations.Nullable;

/** The sweep cannot be carried out as asked; the message is for the user, who can mend it. */
public final class RefusedException extends RuntimeException {
  public RefusedException(String message) {
    super(message);
  }

  public RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
