package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset.Split;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.Metrics;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The measurements of each state that a stage reaches, in the order in which they are made.
 *
 * @param all no two of one metric
 */
public record Measurements(List<Measurement> all) implements Serializable {

  /** Every measurement of Espalier. */
  public static final Measurements STANDARD =
      new Measurements(
          List.of(
              new Bits(),
              new NetworkSize(),
              new Ledger(),
              Classification.of(Split.VALIDATION, Metrics.VAL_ACCURACY, Metrics.VAL_LOSS),
              Classification.of(Split.TEST, Metrics.TEST_ACCURACY, Metrics.TEST_LOSS),
              new OutputDeviation(),
              new Deployment()));

  public Measurements {
    all = List.copyOf(all);
    List<String> names = all.stream().flatMap(each -> names(each).stream()).sorted().toList();
    for (int i = 1; i < names.size(); i++) {
      if (names.get(i).equals(names.get(i - 1))) {
        throw new IllegalArgumentException(
            "each metric must have one measurement, found two of " + names.get(i));
      }
    }
  }

  /** These and one more. */
  public Measurements with(Measurement more) {
    List<Measurement> longer = new ArrayList<>(all);
    longer.add(more);
    return new Measurements(longer);
  }

  /** Whether {@code metrics} has every metric that is measured here. */
  public boolean areIn(Metrics metrics) {
    return all.stream().allMatch(each -> areIn(metrics, each));
  }

  /** Measures everything. */
  public Metrics of(Subject subject) throws DivergedException, InterruptedException {
    return completed(Metrics.NONE, subject);
  }

  /** Adds what {@code known} has not; what it has stays as it is. */
  public Metrics completed(Metrics known, Subject subject)
      throws DivergedException, InterruptedException {
    Map<String, Double> values = new HashMap<>();
    values.putAll(known.values());
    for (Measurement each : all) {
      if (!areIn(new Metrics(values), each)) {
        measured(each, subject, values).forEach(values::putIfAbsent);
      }
    }
    return new Metrics(values);
  }

  private static Map<String, Double> measured(
      Measurement measurement, Subject subject, Map<String, Double> before)
      throws DivergedException, InterruptedException {
    Map<String, Double> values = measurement.of(subject);
    Map<String, Double> all = new HashMap<>(before);
    all.putAll(values);
    Set<String> expected = names(measurement, new Metrics(all));
    if (!values.keySet().equals(expected)) {
      throw new IllegalStateException(
          "%s: must measure %s, found %s".formatted(measurement, expected, values.keySet()));
    }
    return values;
  }

  private static boolean areIn(Metrics metrics, Measurement measurement) {
    return metrics.values().keySet().containsAll(names(measurement, metrics));
  }

  /** Those of its metrics that a network with {@code metrics} has. */
  private static Set<String> names(Measurement measurement, Metrics metrics) {
    return measurement.metrics().stream()
        .filter(metric -> metric.appliesTo(metrics))
        .map(Metric::name)
        .collect(Collectors.toSet());
  }

  private static Set<String> names(Measurement measurement) {
    return measurement.metrics().stream().map(Metric::name).collect(Collectors.toSet());
  }
}
