package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.journal.Identity;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Ties;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
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
  private final RunNames names;
  private final MetricCatalogue catalogue;
  private final TrialMetrics metrics;

  /** When the sweep was stopped; 0 where nobody has said so. */
  private volatile long stoppedMillis;

  /** From which stage of its path on a trial logs its curve. */
  private int curvesFrom;

  /**
   * @param catalogue the descriptions of what the sweep measures
   */
  public SweepTracking(
      MlflowLog log, Identity identity, SweepSpec spec, MetricCatalogue catalogue) {
    this.log = log;
    this.identity = identity;
    this.spec = spec;
    this.names = new RunNames(spec);
    this.catalogue = catalogue;
    this.metrics = new TrialMetrics(catalogue);
  }

  /**
   * Starts the parent run, or goes on with it.
   *
   * @param counts of trials, as they are now
   */
  public void begin(DataFacts data, TrialCounts counts) {
    curvesFrom = counts.all() > TRIALS_WITH_WHOLE_CURVES ? 1 : 0;
    Map<String, String> parentTags = new HashMap<>(counts.tags());
    parentTags.put("dataset.digest", data.digest());
    log.begin(
        new TrackedSweep(
            identity.key(),
            spec.name(),
            accuracy(),
            cost(),
            charts(),
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
            Map.of("dataset", data.name()),
            parentTags,
            identity.startedMillis()));
  }

  private String accuracy() {
    return first(spec.objectives().maximize(), Metrics.VAL_ACCURACY);
  }

  private String cost() {
    return first(spec.objectives().minimize(), Metrics.SIZE_COMPRESSED_BYTES);
  }

  /** What charts draw the accuracy against: the cost, and the other costs that are figures. */
  private List<String> charts() {
    Stream<Metric> others =
        catalogue.all().stream()
            .filter(metric -> metric.dense() != null && !metric.name().equals(cost()))
            .filter(metric -> metric.prominence() != Metric.Prominence.DETAIL);
    return Stream.concat(Stream.of(catalogue.get(cost())), others)
        .map(TrialMetrics::charted)
        .toList();
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
    tags.put("trial.name", trial.name());
    if (!trial.standsFor().isEmpty()) {
      tags.put("stands_for", String.join(",", trial.standsFor()));
    }
    if (!trial.pipelines().isEmpty()) {
      tags.put("pipelines", String.join(",", trial.pipelines()));
    }
    Map<String, String> parameters = new HashMap<>(texts(trial.parameters()));
    Control control = trial.control();
    if (control != null) {
      tags.put(Control.PARAMETER, control.word());
      parameters.put(Control.PARAMETER, control.word());
    }
    List<CurvePoint> curve =
        metrics.curve(
            path, path.size() > 1 ? curvesFrom : 0, identity.startedMillis(), trial.seconds());
    log.trial(
        new TrackedTrial(
            trial.trial(),
            names.of(trial.parameters(), trial.name()),
            parameters,
            results(trial, curve),
            curve,
            !trial.completed(),
            trial.reason(),
            after(trial.seconds() - trial.secondsOwn()),
            after(trial.seconds()),
            tags));
  }

  /** With the numbers that charts draw in the place of parameters. */
  private Map<String, Double> results(TrialResult trial, List<CurvePoint> curve) {
    if (!trial.completed()) {
      return Map.of();
    }
    Map<String, Double> numbers = ChartView.numbers(trial.parameters());
    Map<String, Double> all = new HashMap<>(trial.metrics().values());
    all.putAll(numbers);
    List<String> wanted = Stream.concat(objectives().stream(), numbers.keySet().stream()).toList();
    return metrics.results(new Metrics(all), wanted, curve);
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
  public void all(SweepSnapshot finished) throws IOException {
    begin(finished.plan().data(), TrialCounts.of(finished));
    trials(finished);
    end(finished, finished.confidence(), after(worked(finished)));
  }

  /** Sends every trial of a folder that is over. */
  void trials(SweepSnapshot finished) {
    for (TrialResult trial : finished.trials()) {
      trial(
          trial,
          trial.path().stream()
              .filter(finished.stages()::containsKey)
              .map(id -> Objects.requireNonNull(finished.stages().get(id)))
              .toList());
    }
  }

  /**
   * Says at once that the sweep is being stopped; {@link #finish} follows where there is time.
   *
   * @param counts of trials, as they are now
   */
  public void stop(TrialCounts counts) {
    stoppedMillis = System.currentTimeMillis();
    log.stop(counts.tags(), stoppedMillis);
  }

  /**
   * Marks the front, sends the files of the sweep and the models of the front, and ends it.
   *
   * @param confidence of the front of {@code finished}
   */
  public void finish(SweepSnapshot finished, Confidence confidence) {
    long stopped = stoppedMillis > 0 ? stoppedMillis : System.currentTimeMillis();
    boolean complete = TrialCounts.of(finished).left() == 0;
    end(finished, confidence, complete ? after(worked(finished)) : stopped);
  }

  private static double worked(SweepSnapshot finished) {
    return finished.stages().values().stream().mapToDouble(StageResult::seconds).sum();
  }

  private void end(SweepSnapshot finished, Confidence confidence, long endMillis) {
    Front front = confidence.front();
    log.front(tracked(front));
    SweepArtifacts artifacts = new SweepArtifacts(log, identity.key(), finished);
    artifacts.sendSweep();
    trials(front.points().stream()).forEach(artifacts::sendTrial);
    if (curvesFrom > 0) {
      log.curve(metrics.baselineCurves(finished, identity.startedMillis()));
    }
    TrialCounts counts = TrialCounts.of(finished);
    SweepSummary summary = new SweepSummary(confidence, counts, accuracy(), cost());
    log.metrics(summary.metrics(), counts.over(), after(worked(finished)));
    log.conclude(summary.sentence());
    Map<String, String> tags = new HashMap<>(counts.tags());
    tags.put("front.size", String.valueOf(front.points().size()));
    tags.put("mlflow.note.content", summary.description());
    log.end(
        counts.left() == 0 ? MlflowLog.Ending.FINISHED : MlflowLog.Ending.KILLED, tags, endMillis);
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
      SweepSnapshot finished, String trial, String model, String alias, String description) {
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
    parameters.forEach((name, value) -> texts.put(name, RunNames.text(value)));
    return texts;
  }
}
