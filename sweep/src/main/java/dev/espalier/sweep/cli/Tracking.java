package dev.espalier.sweep.cli;

import dev.espalier.sweep.mlflow.MlflowLog;
import dev.espalier.sweep.mlflow.SweepTracking;
import dev.espalier.sweep.mlflow.TrialCounts;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Identity;
import dev.espalier.sweep.run.RunDirectory;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.run.TrialResult;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends a sweep to MLflow while it runs: to the server that was named, else to the one in this
 * process. Tracking never stops a sweep: what goes wrong is told at the end, and {@code espalier
 * track} sends it later.
 */
final class Tracking implements SweepListener, AutoCloseable {
  /** In the place of a URI: nothing is sent while the sweep runs. */
  static final String LATER = "none";

  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final RunDirectory directory;
  private final SweepSpec spec;
  private final @Nullable String uri;
  private final List<String> problems = new ArrayList<>();
  private @Nullable MlflowLog log;

  // What a stop needs, which comes from another thread and must not wait for this one.
  private volatile @Nullable SweepTracking tracking;
  private volatile TrialCounts counts = new TrialCounts(0, 0, 0);
  private volatile boolean ended;

  /**
   * @param uri of an MLflow server; null for the embedded one; {@link #LATER} for none
   */
  Tracking(RunDirectory directory, SweepSpec spec, @Nullable String uri) {
    this.directory = directory;
    this.spec = spec;
    this.uri = uri;
  }

  /**
   * The server that the command line names, else the environment's MLFLOW_TRACKING_URI; null where
   * neither does.
   *
   * @throws UsageException if it cannot be one of an MLflow server
   */
  static @Nullable String server(@Nullable String option, Map<String, String> environment)
      throws UsageException {
    if (option != null) {
      if (!option.equals(LATER)) {
        check("--tracking-uri", option);
      }
      return option;
    }
    String named = environment.getOrDefault("MLFLOW_TRACKING_URI", "");
    if (named.isBlank()) {
      return null;
    }
    check("MLFLOW_TRACKING_URI", named);
    return named;
  }

  /**
   * Makes sure that {@code uri} may be one of an MLflow server; nobody is asked.
   *
   * @param option that gave it, or variable of the environment
   */
  static void check(String option, String uri) throws UsageException {
    try {
      MlflowLog.open(uri, TIMEOUT, Map.of()).close();
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  /**
   * A log to the server at {@code uri}; null for the embedded one.
   *
   * @throws StorageException if that one's folder cannot be written to
   */
  static MlflowLog open(RunDirectory directory, @Nullable String uri) throws IOException {
    if (uri != null) {
      return MlflowLog.open(uri, TIMEOUT, System.getenv());
    }
    directory.files().check();
    return MlflowLog.embedded(directory.root());
  }

  @Override
  public void planned(Outlook outlook) {
    Plan plan = outlook.plan();
    counts = new TrialCounts(0, 0, plan.trials().size());
    if (LATER.equals(uri)) {
      return;
    }
    try {
      MlflowLog opened = open(directory, uri);
      log = opened;
      SweepTracking begun = new SweepTracking(opened, Identity.of(directory), spec);
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
  void stop() {
    SweepTracking begun = tracking;
    if (begun != null && !ended) {
      begun.stop(counts);
    }
  }

  /** Marks the front and sends the files of the sweep, once they are written. */
  void finish(Finished finished, Confidence confidence) {
    SweepTracking begun = tracking;
    if (begun != null) {
      begun.finish(finished, confidence);
      ended = true;
    }
  }

  /** Waits until all is sent or given up; what went wrong, if anything did. */
  Optional<String> problem() {
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
