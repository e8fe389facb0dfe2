package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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
  private final Set<String> onFront = new HashSet<>();
  private final Set<String> tied = new HashSet<>();
  private final String knee;

  TrialRows(
      Finished finished,
      List<String> parameters,
      List<String> metrics,
      Stages stages,
      LayerColumns layers) {
    this.finished = finished;
    this.parameters = parameters;
    this.metrics = metrics;
    this.stages = stages;
    this.layers = layers;
    Front front = finished.front();
    front.all().forEach(point -> points.put(point.trial(), point));
    front.excluded().forEach(excluded -> points.put(excluded.point().trial(), excluded.point()));
    for (int i = 0; i < front.points().size(); i++) {
      onFront.add(front.points().get(i).trial());
      if (front.tiedWithSmaller(i)) {
        tied.add(front.points().get(i).trial());
      }
    }
    Point point = Knee.of(front);
    this.knee = point == null ? "" : point.trial();
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
    if (point != null && Double.isFinite(point.standardError())) {
      row.set("error", Digits.FIVE.of(point.standardError()));
    }
    if (onFront.contains(trial.trial())) {
      row.put("front", true);
    }
    if (knee.equals(trial.trial())) {
      row.put("knee", true);
    }
    if (tied.contains(trial.trial())) {
      row.put("tied", true);
    }
    if (finished.stages().get(new StageId(trial.trial())) instanceof StageResult.Done done
        && !done.layers().isEmpty()) {
      row.set("layers", layers.add(done.layers()));
    }
  }
}
