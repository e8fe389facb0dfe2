package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Ties;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Identity;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageResult;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sweep in MLflow's words. Everything follows from the journal, times included, so that a trial
 * that is sent while the sweep runs and again by {@code espalier track} is the same.
 */
public final class SweepTracking {
  /** A sweep of more trials logs the baseline's curve once instead of with each of them. */
  static final int TRIALS_WITH_WHOLE_CURVES = 1000;

  private final MlflowLog log;
  private final Identity identity;
  private final SweepSpec spec;

  /** From which stage of its path on a trial logs its curve. */
  private int curvesFrom;

  public SweepTracking(MlflowLog log, Identity identity, SweepSpec spec) {
    this.log = log;
    this.identity = identity;
    this.spec = spec;
  }

  /**
   * Starts the parent run, or goes on with it.
   *
   * @param trials how many the sweep has
   */
  public void begin(DataFacts data, int trials) {
    curvesFrom = trials > TRIALS_WITH_WHOLE_CURVES ? 1 : 0;
    log.begin(
        new TrackedSweep(
            identity.key(),
            spec.name(),
            first(spec.objectives().maximize(), Metrics.VAL_ACCURACY),
            first(spec.objectives().minimize(), Metrics.SIZE_COMPRESSED_BYTES),
            new TrackedDataset(
                data.name(),
                data.digest(),
                Map.of(
                    "train", data.train(), "validation", data.validation(), "test", data.test())),
            identity.commit(),
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

  private static String first(List<String> objectives, String otherwise) {
    return objectives.isEmpty() ? otherwise : objectives.get(0);
  }

  /**
   * Sends a finished trial. Its run lasts as long as its own last stage, and begins as if the
   * stages before it had run one after another from the start of the sweep: the journal knows how
   * long a stage took, and not when.
   *
   * @param path results of its stages, as far as they are over
   */
  public void trial(TrialResult trial, List<StageResult> path) {
    Map<String, String> tags = new HashMap<>();
    tags.put("trial.id", trial.trial());
    if (!trial.standsFor().isEmpty()) {
      tags.put("stands_for", String.join(",", trial.standsFor()));
    }
    for (String parameter : List.of("model", "seed")) {
      if (trial.parameters().get(parameter) != null) {
        tags.put(parameter, text(trial.parameters().get(parameter)));
      }
    }
    List<CurvePoint> curve = TrialMetrics.curve(path, path.size() > 1 ? curvesFrom : 0);
    log.trial(
        new TrackedTrial(
            trial.trial(),
            trial.name(),
            texts(trial.parameters()),
            TrialMetrics.results(trial.metrics(), objectives(), curve),
            curve,
            !trial.completed(),
            trial.reason(),
            after(trial.seconds() - trial.secondsOwn()),
            after(trial.seconds()),
            tags));
  }

  private List<String> objectives() {
    return Stream.concat(
            spec.objectives().maximize().stream(), spec.objectives().minimize().stream())
        .toList();
  }

  private long after(double seconds) {
    return identity.startedMillis() + Math.round(seconds * 1000);
  }

  /** Sends everything that a folder holds of its sweep; twice is the same as once. */
  public void all(Finished finished) {
    begin(finished.plan().data(), finished.plan().trials().size());
    for (TrialResult trial : finished.trials()) {
      trial(
          trial,
          trial.path().stream()
              .filter(finished.stages()::containsKey)
              .map(id -> Objects.requireNonNull(finished.stages().get(id)))
              .toList());
    }
    finish(finished);
  }

  /** Marks the front, sends the files of the sweep and the models of the front, and ends it. */
  public void finish(Finished finished) {
    Front front = finished.front();
    log.front(tracked(front));
    SweepArtifacts artifacts = new SweepArtifacts(log, identity.key(), finished);
    artifacts.sendSweep();
    trials(front.points().stream()).forEach(artifacts::sendTrial);
    if (curvesFrom > 0) {
      log.curve(BaselineCurves.of(finished));
    }
    int all = finished.plan().trials().size();
    long failed = finished.trials().stream().filter(trial -> !trial.completed()).count();
    boolean complete = finished.trials().size() == all;
    double worked = finished.stages().values().stream().mapToDouble(StageResult::seconds).sum();
    log.end(
        complete ? MlflowLog.Ending.FINISHED : MlflowLog.Ending.KILLED,
        Map.of(
            "front.size", String.valueOf(front.points().size()),
            "trials.completed", String.valueOf(finished.trials().size() - failed),
            "trials.failed", String.valueOf(failed),
            "trials.left", String.valueOf(all - finished.trials().size())),
        after(worked));
  }

  /** Ends a sweep that broke off: what was sent of it stays, and the next run goes on with it. */
  public void breakOff() {
    log.end(MlflowLog.Ending.FAILED, Map.of(), System.currentTimeMillis());
  }

  /**
   * Puts the model of a trial into the registry, once all that was sent before has arrived.
   *
   * @param trial its id
   * @param model the name of the registered model
   * @param alias of this version of it
   * @return what came of it, once the log is drained
   * @throws IllegalArgumentException if the names are none that MLflow takes
   */
  public Future<Registered> register(
      Finished finished, String trial, String model, String alias, String description) {
    Registration wanted =
        new Registration(trial, model, alias, SweepArtifacts.MODEL_FOLDER, description);
    new SweepArtifacts(log, identity.key(), finished).sendTrial(trial);
    return log.register(wanted);
  }

  private static TrackedFront tracked(Front front) {
    List<Point> points = front.points();
    boolean[] tied = Ties.of(front);
    return new TrackedFront(
        trials(points.stream()),
        trials(Stream.ofNullable(Knee.of(front))),
        trials(IntStream.range(0, tied.length).filter(i -> tied[i]).mapToObj(points::get)));
  }

  /** A configuration is marked in the runs of all its seeds. */
  private static Set<String> trials(Stream<Point> points) {
    return points
        .flatMap(point -> point.trials().stream())
        .map(Point::trial)
        .collect(Collectors.toSet());
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
