package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.journal.Identity;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a sweep to MLflow while it runs: to the server that was named, else to the one in this
 * process. Tracking never stops a sweep: what goes wrong is told at the end, and {@code espalier
 * track} sends it later.
 */
public final class LiveTracking implements SweepListener, AutoCloseable {
  private final RunDirectory directory;
  private final SweepSpec spec;
  private final MetricCatalogue metrics;
  private final @Nullable String uri;
  private final Supplier<Confidence> confidence;
  private final List<String> problems = new ArrayList<>();
  private @Nullable MlflowLog log;

  // What a stop needs, which comes from another thread and must not wait for this one.
  private volatile @Nullable SweepTracking tracking;
  private volatile TrialCounts counts = new TrialCounts(0, 0, 0);
  private volatile boolean ended;

  /**
   * @param uri of an MLflow server; null for the embedded one; {@link TrackingUri#LATER} for none
   * @param confidence of the front of the sweep once it has ended
   */
  public LiveTracking(
      RunDirectory directory,
      SweepSpec spec,
      @Nullable String uri,
      Supplier<Confidence> confidence) {
    this.directory = directory;
    this.spec = spec;
    this.metrics = directory.methods().metrics();
    this.uri = uri;
    this.confidence = confidence;
  }

  @Override
  public void planned(Outlook outlook) {
    Plan plan = outlook.plan();
    counts = new TrialCounts(0, 0, plan.trials().size());
    if (TrackingUri.LATER.equals(uri)) {
      return;
    }
    try {
      MlflowLog opened = TrackingUri.open(directory, uri);
      log = opened;
      SweepTracking begun = new SweepTracking(opened, Identity.of(directory), spec, metrics);
      begun.begin(plan.stages().get(0).setup().data(), TrialCounts.of(plan, outlook.known()));
      tracking = begun;
    } catch (IOException e) {
      problems.add("it could not start: " + e.getMessage());
    }
  }

  @Override
  public void trialFinished(TrialResult trial, List<StageResult> path) {
    counts = counts.plus(trial);
    SweepTracking begun = tracking;
    if (begun != null) {
      begun.trial(trial, path);
    }
  }

  /**
   * Says at once that the sweep is being stopped: the stages that run may hold up the process for
   * longer than it has. For any thread.
   */
  public void stop() {
    SweepTracking begun = tracking;
    if (begun != null && !ended) {
      begun.stop(counts);
    }
  }

  /** Marks the front and sends the files of the sweep, which must be written by now. */
  @Override
  public void finished(Outcome outcome, SweepSnapshot finished) {
    SweepTracking begun = tracking;
    if (begun != null) {
      if (spec.objectives().needMeasuring(metrics)) {
        begun.trials(finished); // again, with what was measured since
      }
      begun.finish(finished, confidence.get());
      ended = true;
    }
  }

  /** Waits until all is sent or given up; what went wrong, if anything did. */
  public Optional<String> problem() {
    long unsent = 0;
    if (log != null) {
      log.drain();
      problems.addAll(log.problems());
      unsent = log.unsent();
    }
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    String records = unsent == 0 ? "" : unsent + " records were not sent: ";
    return Optional.of(
        "tracking: %s%s%n  nothing is lost: espalier track %s --to URI sends them later"
            .formatted(records, problems.get(0), directory.address()));
  }

  @Override
  public void close() {
    SweepTracking begun = tracking;
    if (begun != null && !ended) {
      begun.breakOff();
    }
    if (log != null) {
      log.close();
    }
  }
}
