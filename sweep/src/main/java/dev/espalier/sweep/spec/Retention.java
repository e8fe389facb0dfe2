package dev.espalier.sweep.spec;

import java.util.Locale;

/** Which checkpoints a sweep keeps. What is not kept is made again when it is needed. */
public enum Retention {
  /** All, and what the optimizer needs to continue any fine-tuning. */
  ALL,
  /** All, and what the optimizer needs where a planned stage continues. */
  CONTINUABLE,
  /** Once the sweep is complete, the networks on the front alone. */
  FRONT;

  /** As in the config: {@code front}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
