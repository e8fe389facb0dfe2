package dev.espalier.sweep.cli;

/** An error that the user can correct; its message is one paragraph and says how. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
