package dev.espalier.sweep.mlflow;

/** Something that could not be sent; the message says what and why, fit for a person. */
final class TrackingFailure extends Exception {
  private final Kind kind;

  /** What is known about what was asked. */
  enum Kind {
    /** The server may have done it although no answer came. */
    AMBIGUOUS,
    /** The server has what should be made, by its error code RESOURCE_ALREADY_EXISTS. */
    EXISTS,
    /** The server does not know the call: its version is too old for it. */
    UNKNOWN_CALL,
    /** It was not done for another reason. */
    REFUSED
  }

  TrackingFailure(String message, Kind kind) {
    super(message);
    this.kind = kind;
  }

  boolean is(Kind other) {
    return kind == other;
  }
}
