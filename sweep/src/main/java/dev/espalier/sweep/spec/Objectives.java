package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Nearest;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import java.util.List;
import java.util.stream.Stream;

/** Names of metrics that span the front. At least one in all, and none twice. */
public record Objectives(List<String> maximize, List<String> minimize) {
  /** Accuracy against size. */
  public static final Objectives PRESET =
      new Objectives(List.of(Metrics.VAL_ACCURACY), List.of(Metrics.SIZE_COMPRESSED_BYTES));

  public Objectives {
    maximize = List.copyOf(maximize);
    minimize = List.copyOf(minimize);
  }

  /** The names that may stand here: nothing of the test split, which is never used to choose. */
  public static List<String> names(MetricCatalogue metrics) {
    return metrics.objectives().stream().map(Metric::name).toList();
  }

  /** {@code "; did you mean METRIC?"} for a word that is no metric; empty where none is near. */
  public static String hint(String found, MetricCatalogue metrics) {
    return Nearest.hint(found, names(metrics));
  }

  /** Whether one of them is measured after a sweep, on one machine. */
  public boolean needMeasuring(MetricCatalogue metrics) {
    return Stream.concat(maximize.stream(), minimize.stream())
        .anyMatch(name -> metrics.get(name).isMeasured(Metric.Moment.LATER));
  }
}
