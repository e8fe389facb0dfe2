package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Nearest;
import dev.espalier.workers.facts.Metrics;
import java.util.List;
import java.util.stream.Stream;

/** Names of metrics that span the front. At least one in all, and none twice. */
public record Objectives(List<String> maximize, List<String> minimize) {
  /** What may be an objective: nothing of the test split, which is never used to choose. */
  public static final List<String> METRICS =
      List.of(
          Metrics.VAL_ACCURACY,
          Metrics.VAL_LOSS,
          Metrics.PARAMS_TOTAL,
          Metrics.PARAMS_NONZERO,
          Metrics.SPARSITY_ACHIEVED,
          Metrics.VALUES_MAX,
          Metrics.MACS_DENSE,
          Metrics.MACS_NONZERO,
          Metrics.SIZE_DENSE_BYTES,
          Metrics.SIZE_COMPRESSED_BYTES);

  /**
   * What a front may span besides, once {@code espalier measure} has run: a sweep itself does not
   * measure it, so a config cannot name it.
   */
  public static final List<String> MEASURED_LATER = List.of(Metrics.LATENCY_BATCH1_SECONDS);

  /** Accuracy against size. */
  public static final Objectives PRESET =
      new Objectives(List.of(Metrics.VAL_ACCURACY), List.of(Metrics.SIZE_COMPRESSED_BYTES));

  public Objectives {
    maximize = List.copyOf(maximize);
    minimize = List.copyOf(minimize);
  }

  /** {@code "; did you mean METRIC?"} for a word that is no metric; empty where none is near. */
  public static String hint(String found) {
    return Nearest.hint(found, Stream.concat(METRICS.stream(), MEASURED_LATER.stream()).toList());
  }

  /** Whether one of them is {@link #MEASURED_LATER}. */
  public boolean needMeasuring() {
    return Stream.concat(maximize.stream(), minimize.stream()).anyMatch(MEASURED_LATER::contains);
  }
}
