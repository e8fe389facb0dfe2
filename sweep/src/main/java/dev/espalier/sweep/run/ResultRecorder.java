package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The recorder of results. It combines results of stages into results of trials, journals both, and
 * calls the listener once each is written: in order, on the thread of the inbox.
 */
final class ResultRecorder implements Scheduler.Events {
  private static final long WAIT_MILLIS = 1_000;

  private final Plan plan;
  private final Journal journal;
  private final EnvironmentGuard mixing;
  private final SweepListener listener;
  private final Inbox inbox;
  private final Map<StageId, StageResult> stages = new HashMap<>();
  private final Map<StageId, TrialResult> trials = new LinkedHashMap<>();
  private final Map<StageId, List<Trial>> trialsThrough = new HashMap<>();
  private int untold;

  ResultRecorder(
      Plan plan, Journal journal, EnvironmentGuard mixing, SweepListener listener, Inbox inbox) {
    this.plan = plan;
    this.journal = journal;
    this.mixing = mixing;
    this.listener = listener;
    this.inbox = inbox;
    for (Trial trial : plan.trials()) {
      for (StageId id : trial.path()) {
        trialsThrough.computeIfAbsent(id, stage -> new ArrayList<>()).add(trial);
      }
    }
  }

  /**
   * Loads the results of earlier runs, and tells the listener about them and about the stages to
   * run.
   *
   * @param numbers of the trials, by their ids
   */
  void begin(Resume resume, Estimate estimate, int slots, Map<String, Integer> numbers)
      throws IOException {
    resume.unjournaled().forEach(journal::add);
    journal.flush();
    stages.putAll(resume.known());
    resume.known().values().forEach(this::put);
    List<PlannedStage> toRun = resume.toRun().stream().map(plan::stage).toList();
    Map<StageId, StageResult> standing = new HashMap<>(stages);
    standing.keySet().removeAll(resume.toRun());
    listener.planned(
        new SweepListener.Outlook(plan, standing, resume.taken(), toRun, estimate, slots, numbers));
    joinTrials(plan.trials());
    settle();
  }

  @Override
  public void started(PlannedStage stage) {
    listener.stageStarted(stage);
  }

  @Override
  public void finished(StageResult result) {
    mixing.check(result);
    // A reached state stays reached, even if making its checkpoint again fails.
    if (result instanceof StageResult.Done
        || !(stages.get(result.id()) instanceof StageResult.Done)) {
      onceWritten(journal.add(result), () -> tell(result));
    } else {
      tell(result);
    }
  }

  private void tell(StageResult result) {
    List<StageResult> over = put(result);
    over.forEach(stage -> listener.stageFinished(plan.stage(stage.id()), stage));
    for (StageResult stage : over) {
      joinTrials(trialsThrough.getOrDefault(stage.id(), List.of()));
    }
  }

  private void onceWritten(CompletionStage<@Nullable Void> line, Runnable tell) {
    untold++;
    var unused =
        line.whenComplete(
            (nothing, problem) ->
                inbox.execute(
                    () -> {
                      untold--;
                      if (problem != null) {
                        throw unwritten(problem);
                      }
                      tell.run();
                    }));
  }

  private static RuntimeException unwritten(Throwable problem) {
    if (problem instanceof StorageException e) {
      return new RefusedException(e.getMessage() + Sweep.GOES_ON, e);
    } else if (problem instanceof RuntimeException e) {
      return e;
    }
    return new UncheckedIOException(new IOException(String.valueOf(problem), problem));
  }

  /**
   * Waits until all results so far are written and passed to the listener, even if this thread is
   * interrupted.
   *
   * @throws RefusedException if one cannot be written for a reason that the user can remove
   */
  void settle() {
    boolean interrupted = false;
    while (untold > 0) {
      try {
        inbox.runNext(WAIT_MILLIS);
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  Outcome outcome(Outcome.Ending ending) {
    List<TrialResult> over =
        plan.trials().stream().map(Trial::id).filter(trials::containsKey).map(trials::get).toList();
    return new Outcome(ending, over, plan.trials().size() - over.size());
  }

  /**
   * Stores a result; a failure also applies to all stages below that have not been reached.
   *
   * @return all stages that are over now
   */
  private List<StageResult> put(StageResult result) {
    List<StageResult> over = new ArrayList<>(List.of(result));
    stages.putIfAbsent(result.id(), result);
    if (result instanceof StageResult.Failed failed) {
      for (PlannedStage below : plan.below(result.id())) {
        StageResult too = new StageResult.Failed(below.id(), failed.cause(), failed.reason(), 0);
        if (stages.putIfAbsent(below.id(), too) == null) {
          over.add(too);
        }
      }
    }
    return over;
  }

  /** Joins the results of those {@code candidates} that are over now. */
  private void joinTrials(List<Trial> candidates) {
    for (Trial trial : candidates) {
      if (!trials.containsKey(trial.id())) {
        List<StageResult> path =
            trial.path().stream().filter(stages::containsKey).map(stages::get).toList();
        if (path.size() == trial.path().size()
            || path.stream().anyMatch(ResultRecorder::isFailed)) {
          TrialResult result = join(trial, path);
          trials.put(trial.id(), result);
          onceWritten(journal.add(result), () -> listener.trialFinished(result, path));
        }
      }
    }
  }

  private TrialResult join(Trial trial, List<StageResult> path) {
    String reason = null;
    Metrics dense = Metrics.NONE;
    Metrics metrics = Metrics.NONE;
    for (StageResult result : path) {
      if (result instanceof StageResult.Failed failed && reason == null) {
        reason = plan.stage(failed.id()).label() + ": " + failed.reason();
      } else if (result instanceof StageResult.Done done) {
        dense = result == path.get(0) ? done.metrics() : dense;
        metrics = TrialResult.metrics(done.metrics(), dense);
      }
    }
    return new TrialResult(
        trial.id().hex(),
        trial.name(),
        trial.standsFor().stream().map(Scope::word).toList(),
        trial.pipelines(),
        trial.control(),
        trial.parameters(),
        reason == null ? metrics : Metrics.NONE,
        trial.path(),
        reason,
        seconds(trial),
        own(trial.id()));
  }

  /**
   * The duration of the trial, including shared stages and the earlier epochs from which it
   * continues.
   */
  private double seconds(Trial trial) {
    double seconds = 0;
    for (StageId id = trial.id(); id != null; id = plan.stage(id).parent()) {
      seconds += own(id);
    }
    return seconds;
  }

  private double own(StageId id) {
    StageResult result = stages.get(id);
    return result == null ? 0 : result.seconds();
  }

  private static boolean isFailed(StageResult result) {
    return result instanceof StageResult.Failed;
  }
}
