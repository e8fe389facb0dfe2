package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Standing;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Trials, in the order of the plan, with what the front says of them. */
final class TrialRows {
  private final Finished finished;
  private final List<String> parameters;
  private final List<String> metrics;
  private final Stages stages;
  private final LayerColumns layers;
  private final Map<String, Point> points = new HashMap<>();
  private final Map<String, Standing> standings = new HashMap<>();
  private final Set<String> onFront = new HashSet<>();
  private final Set<String> knee = new HashSet<>();

  TrialRows(
      Finished finished,
      List<String> parameters,
      List<String> metrics,
      Stages stages,
      LayerColumns layers)
      throws IOException {
    this.finished = finished;
    this.parameters = parameters;
    this.metrics = metrics;
    this.stages = stages;
    this.layers = layers;
    Confidence confidence = finished.confidence(finished.front());
    for (Standing standing : confidence.points()) {
      add(standing);
      standing.point().trials().forEach(trial -> onFront.add(trial.trial()));
    }
    confidence.dominated().forEach(this::add);
    confidence.front().excluded().forEach(excluded -> add(excluded.point()));
    Standing best = confidence.knee();
    if (best != null) {
      best.point().trials().forEach(trial -> knee.add(trial.trial()));
    }
  }

  private void add(Standing standing) {
    add(standing.point());
    standing.point().trials().forEach(trial -> standings.put(trial.trial(), standing));
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
    parameters.forEach(
        name -> values.add(ReportData.JSON.<JsonNode>valueToTree(trial.parameters().get(name))));
    if (!trial.standsFor().isEmpty()) {
      row.set("stands_for", ReportData.JSON.valueToTree(trial.standsFor()));
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
    Standing standing = standings.get(trial.trial());
    if (standing != null) {
      writeStanding(standing, row);
    }
    if (finished.stages().get(new StageId(trial.trial())) instanceof StageResult.Done done
        && !done.layers().isEmpty()) {
      row.set("layers", layers.add(done.layers()));
    }
  }

  /** How sure the configuration of a trial is; nothing where nothing is known of chance. */
  private static void writeStanding(Standing standing, ObjectNode row) {
    if (standing.tied()) {
      row.put("tied", true);
    }
    ObjectNode confidence = ReportData.JSON.createObjectNode();
    Interval accuracy = standing.accuracy();
    if (Double.isFinite(accuracy.halfWidth())) {
      confidence
          .putArray("interval")
          .add(Digits.FIVE.of(accuracy.low()))
          .add(Digits.FIVE.of(accuracy.high()));
      confidence.put("over", accuracy.over().name().toLowerCase(Locale.ROOT));
    }
    if (Double.isFinite(standing.onFront())) {
      confidence.set("non_dominated", Digits.FIVE.of(standing.onFront()));
      confidence.set("knee", Digits.FIVE.of(standing.knee()));
    }
    if (!confidence.isEmpty()) {
      row.set("confidence", confidence);
    }
  }
}
