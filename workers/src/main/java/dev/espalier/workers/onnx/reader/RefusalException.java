package dev.espalier.workers.onnx.reader;

import org.jspecify.annotations.Nullable;

/** A rule that a part of a file breaks, and what was found instead. */
final class RefusalException extends Exception {
  private static final long serialVersionUID = 1;

  RefusalException(String rule, @Nullable Object found) {
    super(rule + ", found " + found);
  }

  /** The rule and what was found. */
  String problem() {
    return String.valueOf(getMessage());
  }
}
