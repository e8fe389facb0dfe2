package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.MetricUnit;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The descriptions of the metrics that the page may show: of trials, of curves, and of the time
 * that a trial took. The page knows no metric but by them.
 */
final class MetricRows {
  /** The time of a trial as if it were one of its metrics; its name is that of a trial's field. */
  private static final Metric TIME =
      Metric.of(
              "seconds",
              "seconds, shared stages included",
              MetricUnit.SECONDS,
              Metric.Better.LESS,
              "the duration of the trial's stages, one after another")
          .byRatio()
          .headed("seconds");

  private MetricRows() {}

  /** The metrics of the catalogue in its order, then those that it does not know, then the time. */
  static ArrayNode of(SweepSnapshot finished, Set<String> ofTrials) {
    MetricCatalogue catalogue = finished.metrics();
    Set<String> names = new TreeSet<>(ofTrials);
    for (StageResult stage : finished.stages().values()) {
      if (stage instanceof StageResult.Done done && !done.curve().isEmpty()) {
        names.addAll(done.curve().get(0).metrics().values().keySet());
      }
    }
    names.addAll(finished.spec().objectives().maximize());
    names.addAll(finished.spec().objectives().minimize());
    List<Metric> shown = new ArrayList<>();
    for (Metric metric : catalogue.all()) {
      if (names.remove(metric.name())) {
        shown.add(metric);
      }
    }
    names.forEach(unknown -> shown.add(catalogue.get(unknown)));
    shown.add(TIME);
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    shown.forEach(metric -> write(metric, rows.addObject()));
    return rows;
  }

  /** What holds for most metrics is left out. */
  private static void write(Metric metric, ObjectNode row) {
    row.put("name", metric.name());
    row.put("label", metric.label());
    if (!metric.heading().equals(metric.label())) {
      row.put("heading", metric.heading());
    }
    row.put("unit", metric.unit().word());
    if (metric.better() == Metric.Better.MORE) {
      row.put("more_is_better", true);
    }
    if (metric.logarithmic()) {
      row.put("logarithmic", true);
    }
    if (metric.dense() != null) {
      row.put("dense", metric.dense());
    }
    if (metric.chooser() != null) {
      row.put("chooser", metric.chooser());
    } else if (!metric.objective()) {
      row.put("only_shown", true);
    }
    if (metric.prominence() != Metric.Prominence.DETAIL) {
      row.put("shown", metric.prominence().name().toLowerCase(Locale.ROOT));
    }
    if (metric.name().equals(Metrics.VAL_ACCURACY)) {
      row.put("interval", true);
    }
  }
}
