package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.StoredStages;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.FrontCsv;
import dev.espalier.sweep.pareto.FrontSvg;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Repetitions;
import dev.espalier.sweep.pareto.Selection;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.sweep.spec.ParameterAxis;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A sweep as its folder shows it at one moment, finished or not: spec, plan and journal.
 *
 * @param trials those of the plan that are over, in its order; trials that left the grid are not
 *     among them
 * @param stages every result in the journal
 */
public record SweepSnapshot(
    RunDirectory directory,
    SweepSpec spec,
    PlanFile plan,
    List<TrialResult> trials,
    Map<StageId, StageResult> stages) {

  /**
   * Reads a folder, which a run may be writing at the same time. Where the objectives ask for a
   * latency, trials have it as {@link Latencies#beside} says.
   *
   * @throws RefusedException if it is not the folder of a sweep
   */
  public static SweepSnapshot read(RunDirectory directory) throws IOException {
    SweepSpec spec = directory.readSpec();
    PlanFile plan = PlanFile.read(directory);
    SweepSnapshot read = of(directory, spec, plan, Journal.read(directory, plan));
    return spec.objectives().needMeasuring(read.metrics())
        ? read.with(LatencyLines.beside(directory, read.trials()))
        : read;
  }

  /** What {@link #read} would give, from what a run knows that has just written it. */
  public static SweepSnapshot of(
      RunDirectory directory, SweepSpec spec, PlanFile plan, Journal.Entries journal) {
    List<TrialResult> trials =
        plan.trials().stream()
            .filter(trial -> journal.trials().containsKey(trial.id()))
            .map(trial -> result(journal, trial))
            .toList();
    return new SweepSnapshot(directory, spec, plan, trials, journal.stages());
  }

  /** The metrics that its config may name. */
  public MetricCatalogue metrics() {
    return directory.methods().metrics();
  }

  /** The same sweep with other results of trials. */
  SweepSnapshot with(List<TrialResult> others) {
    return new SweepSnapshot(directory, spec, plan, others, stages);
  }

  private static TrialResult result(Journal.Entries journal, PlanFile.TrialEntry trial) {
    TrialResult result = Objects.requireNonNull(journal.trials().get(trial.id()));
    List<String> pipelines = Objects.requireNonNullElse(trial.pipelines(), result.pipelines());
    String control = trial.control();
    return result.planned(pipelines, control == null ? null : Control.of(control));
  }

  /** The front by the objectives of the spec. */
  public Front front() {
    return front(spec.objectives());
  }

  /** The front by other objectives. */
  public Front front(Objectives objectives) {
    return Points.front(
        trials, stages, plan.words(), plan.data().validation(), objectives, metrics());
  }

  /**
   * The completed trials without controls, seeds merged, and before them the baselines that are no
   * trials: the networks that trials are made of, trained and nothing else.
   */
  public List<Point> pointsWithBaselines() {
    return Repetitions.merged(
        withBaselines(trials.stream().filter(trial -> trial.control() == null).toList()));
  }

  /**
   * A completed trial that was asked for, beside the other trials of its seed, which may be held
   * against it image by image, and their baselines.
   */
  public Selection asked(TrialResult trial) {
    Object seed = trial.parameters().get("seed");
    List<Point> points =
        withBaselines(
            trials.stream()
                .filter(other -> Objects.equals(other.parameters().get("seed"), seed))
                .filter(other -> other.control() == null || other.equals(trial))
                .toList());
    Point asked =
        points.stream()
            .filter(point -> point.trial().equals(trial.trial()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(trial.name() + " is no trial of it"));
    return Selection.asked(asked, points);
  }

  private List<Point> withBaselines(List<TrialResult> asked) {
    int images = plan.data().validation();
    List<ParameterAxis> axes = ParameterAxis.of(spec);
    List<Point> points = new ArrayList<>();
    Set<StageId> seen = new HashSet<>();
    asked.forEach(trial -> seen.add(new StageId(trial.trial())));
    for (TrialResult trial : asked) {
      StageId root = trial.path().get(0);
      if (stages.get(root) instanceof StageResult.Done done && seen.add(root)) {
        points.add(Points.baseline(trial, axes, done, images));
      }
    }
    points.addAll(Points.of(asked, stages, plan.words(), images));
    return points;
  }

  /** How sure the front of the spec's objectives is, see {@link #confidence(Front)}. */
  public Confidence confidence() throws IOException {
    return confidence(front());
  }

  /** How sure {@code front} is, its hypervolume measured from the reference of the sweep. */
  public Confidence confidence(Front front) throws IOException {
    return Confidence.of(front, ReferenceFile.read(directory, metrics()));
  }

  /**
   * Writes {@code front.csv} and {@code front.svg} to the other files, once all trials are over
   * {@code reference.json}, and for a sweep whose journal is in records {@code results.jsonl}, for
   * those who read it with tools of their own.
   *
   * @param confidence of this sweep, which takes seconds for thousands of trials
   */
  public void writeFront(Confidence confidence) throws IOException {
    if (directory.shared()) {
      String lines = trials.stream().map(t -> t.write() + "\n").collect(Collectors.joining());
      directory.replace("results.jsonl", lines);
    }
    if (trials.size() == plan.trials().size()) {
      ReferenceFile.write(directory, confidence.reference(), metrics());
    }
    directory.replace("front.csv", FrontCsv.of(confidence));
    directory.replace("front.svg", FrontSvg.of(confidence.front(), spec.name()));
  }

  /**
   * How many trials are missing from all that is said of the front, in words; empty once every
   * trial is completed.
   */
  public Optional<String> missing() {
    int planned = plan.trials().size();
    long failed = trials.stream().filter(trial -> !trial.completed()).count();
    List<String> missing = new ArrayList<>();
    if (trials.size() < planned) {
      missing.add((planned - trials.size()) + " not finished");
    }
    if (failed > 0) {
      missing.add(failed + " failed");
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("missing: of %d trials %s".formatted(planned, String.join(" and ", missing)));
  }

  /** How many planned stages are done and miss a metric that each result should have. */
  public long stagesUnmeasured() {
    return plan.stages().stream()
        .filter(
            stage ->
                stages.get(new StageId(stage.id())) instanceof StageResult.Done done
                    && !metrics().missing(done.metrics()).isEmpty())
        .count();
  }

  /** How many planned stages are neither left nor failed. */
  public int stagesDone() {
    return plan.stages().size() - stagesLeft().size() - stagesFailed().size();
  }

  /** The planned stages that are neither done nor {@link #stagesFailed failed}. */
  public Set<String> stagesLeft() {
    Set<String> left =
        plan.stages().stream()
            .map(PlanFile.StageEntry::id)
            .collect(Collectors.toCollection(HashSet::new));
    stages.keySet().forEach(id -> left.remove(id.hex()));
    left.removeAll(stagesFailed());
    return left;
  }

  /**
   * Those of {@link #stagesLeft} that a process is at work on.
   *
   * @throws StorageException if stages are left and their store does not answer
   */
  public Set<String> stagesRunning() throws IOException {
    Set<String> left = stagesLeft();
    if (left.isEmpty()) {
      return Set.of();
    }
    StoredStages stored = StoredStages.of(directory.reachableStore());
    long quietSince = System.currentTimeMillis() - CheckpointStore.QUIET_MILLIS;
    return stored.running(left.stream().map(StageId::new).toList(), quietSince).stream()
        .map(StageId::hex)
        .collect(Collectors.toSet());
  }

  /** The labels of some planned stages, in the order of the plan. */
  public List<String> labels(Set<String> ids) {
    return plan.stages().stream()
        .filter(stage -> ids.contains(stage.id()))
        .map(PlanFile.StageEntry::label)
        .toList();
  }

  /** The label of each planned stage that failed of itself, with the reason. */
  public List<String> failures() {
    List<String> failures = new ArrayList<>();
    for (PlanFile.StageEntry stage : plan.stages()) {
      if (stages.get(new StageId(stage.id())) instanceof StageResult.Failed failed) {
        failures.add(stage.label() + ": " + failed.reason());
      }
    }
    return failures;
  }

  /** The planned stages that failed of themselves, or because a stage before them failed. */
  public Set<String> stagesFailed() {
    Set<String> failed = new HashSet<>();
    for (PlanFile.StageEntry stage : plan.stages()) {
      StageResult own = stages.get(new StageId(stage.id()));
      boolean cannot = own == null && stage.parent() != null && failed.contains(stage.parent());
      if (own instanceof StageResult.Failed || cannot) {
        failed.add(stage.id());
      }
    }
    return failed;
  }
}
