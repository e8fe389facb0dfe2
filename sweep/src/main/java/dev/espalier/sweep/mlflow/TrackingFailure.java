package dev.espalier.sweep.mlflow;

/** Something that could not be sent; the message says what and why, fit for a person. */
final class TrackingFailure extends Exception {
  /** True where the server may have done what was asked although no answer came. */
  private final boolean ambiguous;

  TrackingFailure(String message, boolean ambiguous) {
    super(message);
    this.ambiguous = ambiguous;
  }

  boolean ambiguous() {
    return ambiguous;
  }
}
