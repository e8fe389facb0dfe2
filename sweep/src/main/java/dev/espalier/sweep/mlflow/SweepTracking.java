package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Identity;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.EpochMetrics;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sweep in MLflow's words. Everything follows from the journal, times included, so that a trial
 * that is sent while the sweep runs and again by {@code espalier track} is the same.
 */
public final class SweepTracking {
  private static final List<String> FILES =
      List.of("report.html", "front.csv", "front.svg", "spec.yaml", "plan.json", "results.jsonl");

  private final MlflowLog log;
  private final Identity identity;
  private final SweepSpec spec;

  public SweepTracking(MlflowLog log, Identity identity, SweepSpec spec) {
    this.log = log;
    this.identity = identity;
    this.spec = spec;
  }

  /** Starts the parent run, or goes on with it. */
  public void begin(DataFacts data) {
    List<String> maximize = spec.objectives().maximize();
    log.begin(
        new TrackedSweep(
            identity.key(),
            spec.name(),
            maximize.isEmpty() ? Metrics.VAL_ACCURACY : maximize.get(0),
            Map.of(
                "dataset", data.name(),
                "images_train", String.valueOf(data.train()),
                "images_validation", String.valueOf(data.validation()),
                "images_test", String.valueOf(data.test())),
            Map.of(
                "sweep.id", identity.key(),
                "sweep.name", spec.name(),
                "dataset", data.name(),
                "dataset.digest", data.digest()),
            identity.startedMillis()));
  }

  /**
   * Sends a finished trial.
   *
   * @param path results of its stages, as far as they are over
   */
  public void trial(TrialResult trial, List<StageResult> path) {
    Map<String, String> tags = new HashMap<>();
    tags.put("trial.id", trial.trial());
    if (!trial.standsFor().isEmpty()) {
      tags.put("stands_for", String.join(",", trial.standsFor()));
    }
    log.trial(
        new TrackedTrial(
            trial.trial(),
            trial.name(),
            texts(trial.parameters()),
            trial.metrics().values(),
            curve(path),
            !trial.completed(),
            trial.reason(),
            identity.startedMillis(),
            identity.startedMillis() + Math.round(trial.seconds() * 1000),
            tags));
  }

  /** Marks the front and sends the files of the sweep. */
  public void finish(Finished finished, boolean complete) throws IOException {
    for (String name : FILES) {
      Storage files = finished.directory().files();
      if (files.exists(name)) {
        log.artifact(identity.key(), name, files.read(name));
      }
    }
    Front front = finished.front();
    Point knee = Knee.of(front);
    double worked = finished.stages().values().stream().mapToDouble(StageResult::seconds).sum();
    log.finish(
        front.points().stream().flatMap(SweepTracking::trials).collect(Collectors.toSet()),
        Stream.ofNullable(knee).flatMap(SweepTracking::trials).collect(Collectors.toSet()),
        !complete,
        identity.startedMillis() + Math.round(worked * 1000));
  }

  /** A configuration is marked in the runs of all its seeds. */
  private static Stream<String> trials(Point point) {
    return point.trials().stream().map(Point::trial);
  }

  /** The curves of a whole path, one after the other, by absolute epoch. */
  private static List<CurvePoint> curve(List<StageResult> path) {
    List<CurvePoint> curve = new ArrayList<>();
    int before = 0;
    for (StageResult result : path) {
      if (result instanceof StageResult.Done done) {
        for (EpochMetrics epoch : done.curve()) {
          int step = before + epoch.epoch();
          epoch
              .metrics()
              .values()
              .forEach((metric, value) -> curve.add(new CurvePoint(metric, step, value)));
        }
        before += done.curve().size();
      }
    }
    return curve;
  }

  private static Map<String, String> texts(Map<String, ? extends @Nullable Object> parameters) {
    Map<String, String> texts = new HashMap<>();
    parameters.forEach((name, value) -> texts.put(name, text(value)));
    return texts;
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "none";
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }
}
