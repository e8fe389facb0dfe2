package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.PointConfidence;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Trials, in the order of the plan, with what the front says of them. */
final class TrialRows {
  private final SweepSnapshot finished;
  private final List<String> parameters;
  private final List<String> metrics;
  private final StageRows stages;
  private final LayerColumns layers;
  private final TrialSteps steps;
  private final Map<String, Point> points = new HashMap<>();
  private final Map<String, PointConfidence> entries = new HashMap<>();
  private final Set<String> onFront = new HashSet<>();
  private final Set<String> knee = new HashSet<>();

  TrialRows(
      SweepSnapshot finished,
      Confidence confidence,
      List<String> parameters,
      List<String> metrics,
      StageRows stages,
      LayerColumns layers,
      TrialSteps steps) {
    this.finished = finished;
    this.parameters = parameters;
    this.metrics = metrics;
    this.stages = stages;
    this.layers = layers;
    this.steps = steps;
    for (PointConfidence entry : confidence.points()) {
      add(entry);
      entry.point().trials().forEach(trial -> onFront.add(trial.trial()));
    }
    confidence.dominated().forEach(this::add);
    confidence.front().excluded().forEach(excluded -> add(excluded.point()));
    confidence.front().controls().forEach(this::add);
    PointConfidence best = confidence.knee();
    if (best != null) {
      best.point().trials().forEach(trial -> knee.add(trial.trial()));
    }
  }

  private void add(PointConfidence entry) {
    add(entry.point());
    entry.point().trials().forEach(trial -> entries.put(trial.trial(), entry));
  }

  private void add(Point point) {
    point.trials().forEach(trial -> points.put(trial.trial(), trial));
  }

  void writeTo(ArrayNode rows) {
    finished.trials().forEach(trial -> write(trial, rows.addObject()));
  }

  private void write(TrialResult trial, ObjectNode row) {
    row.put("id", trial.trial());
    row.put("name", trial.name());
    ArrayNode values = row.putArray("parameters");
    parameters.forEach(name -> add(values, trial.parameters().get(name)));
    if (!trial.standsFor().isEmpty()) {
      trial.standsFor().forEach(row.putArray("stands_for")::add);
    }
    steps.write(trial, row);
    Control control = trial.control();
    if (control != null) {
      row.put(Control.PARAMETER, control.word());
    }
    row.set("seconds", Digits.FIVE.of(trial.seconds()));
    row.set("own", Digits.FIVE.of(trial.secondsOwn()));
    ArrayNode path = row.putArray("path");
    for (StageId stage : trial.path()) {
      Integer place = stages.place(stage);
      if (place != null) {
        path.add(place);
      }
    }
    if (trial.completed()) {
      writeResult(trial, row);
    } else {
      row.put("failed", trial.reason());
    }
  }

  private static void add(ArrayNode values, @Nullable Object parameter) {
    if (parameter instanceof BigDecimal decimal) {
      values.add(decimal);
    } else if (parameter instanceof Number whole) {
      values.add(whole.longValue());
    } else {
      values.add(parameter == null ? null : parameter.toString());
    }
  }

  private void writeResult(TrialResult trial, ObjectNode row) {
    ArrayNode values = row.putArray("metrics");
    metrics.forEach(name -> values.add(Digits.SEVEN.of(trial.metrics().get(name))));
    Point point = points.get(trial.trial());
    double error =
        point == null ? Double.NaN : Interval.of(point, Metrics.VAL_ACCURACY).standardError();
    if (Double.isFinite(error)) {
      row.set("error", Digits.FIVE.of(error));
    }
    if (onFront.contains(trial.trial())) {
      row.put("front", true);
    }
    if (knee.contains(trial.trial())) {
      row.put("knee", true);
    }
    PointConfidence entry = entries.get(trial.trial());
    if (entry != null) {
      writeConfidence(entry, row);
    }
    if (finished.stages().get(new StageId(trial.trial())) instanceof StageResult.Done done
        && !done.layers().isEmpty()) {
      row.set("layers", layers.add(done.layers()));
    }
  }

  /** The confidence of a trial's configuration; nothing where nothing is known of chance. */
  private static void writeConfidence(PointConfidence entry, ObjectNode row) {
    if (entry.tied()) {
      row.put("tied", true);
    }
    ObjectNode confidence = JsonNodeFactory.instance.objectNode();
    Interval accuracy = entry.accuracy();
    if (Double.isFinite(accuracy.halfWidth())) {
      confidence
          .putArray("interval")
          .add(Digits.FIVE.of(accuracy.low()))
          .add(Digits.FIVE.of(accuracy.high()));
      confidence.put("over", accuracy.over().name().toLowerCase(Locale.ROOT));
    }
    if (Double.isFinite(entry.onFront())) {
      confidence.set("non_dominated", Digits.FIVE.of(entry.onFront()));
      confidence.set("knee", Digits.FIVE.of(entry.knee()));
    }
    if (!confidence.isEmpty()) {
      row.set("confidence", confidence);
    }
  }
}
