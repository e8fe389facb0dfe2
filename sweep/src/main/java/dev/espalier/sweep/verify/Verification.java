package dev.espalier.sweep.verify;

import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.journal.Unchanged;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs trials of a finished sweep once more, each from scratch and sharing nothing, and compares
 * checkpoints and metrics bit for bit.
 *
 * @param trials those that are run again
 */
public record Verification(SweepSnapshot sweep, Plan plan, List<TrialResult> trials) {

  public Verification {
    trials = List.copyOf(trials);
  }

  /**
   * Picks completed trials at random; all of them where there are no more.
   *
   * @param plan of the sweep, made again from its spec and its data
   * @param count how many, at least 1
   * @param seed one seed picks the same of one sweep
   * @throws RefusedException as {@link #of}, or if no trial is completed
   */
  public static Verification pick(SweepSnapshot sweep, Plan plan, int count, long seed) {
    List<TrialResult> trials =
        new ArrayList<>(sweep.trials().stream().filter(TrialResult::completed).toList());
    Collections.shuffle(trials, new Random(seed));
    return of(sweep, plan, trials.subList(0, Math.min(count, trials.size())));
  }

  /**
   * Takes these completed trials.
   *
   * @param plan of the sweep, made again from its spec and its data
   * @throws RefusedException if the plan is not that of the folder, there is no trial, or one was
   *     measured by another version of the program
   */
  public static Verification of(SweepSnapshot sweep, Plan plan, List<TrialResult> trials) {
    Path folder = sweep.directory().root();
    List<String> changes = Unchanged.reasons(sweep.plan(), PlanFile.of(plan));
    if (!changes.isEmpty()) {
      throw new RefusedException(
          "%s: must have been planned from the same data by this version of espalier, found other stages; verify it with the data and the version that ran it%n  %s"
              .formatted(folder, String.join("\n  ", changes)));
    }
    if (trials.isEmpty()) {
      throw new RefusedException(
          folder + ": must hold a completed trial, found none; run the sweep first");
    }
    Verification verification = new Verification(sweep, plan, trials);
    if (!verification.recorded().stream().allMatch(StageResult.Done::isMeasuredAsNow)) {
      throw new RefusedException(
          folder
              + ": must be measured as this version of espalier measures, found older metrics; run the sweep again, which measures its checkpoints and trains nothing");
    }
    return verification;
  }

  /** The environments of the trials, without those that promise the same bits as another. */
  public List<Environment> environments() {
    List<Environment> different = new ArrayList<>();
    for (StageResult.Done done : recorded()) {
      if (different.stream().noneMatch(done.environment()::isBitCompatibleWith)) {
        different.add(done.environment());
      }
    }
    return different;
  }

  /**
   * Runs and compares the trials.
   *
   * @param folder an empty one for their checkpoints, which the caller removes
   * @param workers makes the runner of a trial
   * @param executors where trials run; each takes one slot
   * @param listener is told of each trial when it is over, by the calling thread
   * @return whether all are equal
   */
  public boolean run(
      Path folder,
      WholeTrials.Workers workers,
      Function<StageRunner, StageExecutor> executors,
      Consumer<Verdict> listener)
      throws IOException, InterruptedException {
    WholeTrials whole = new WholeTrials(workers, folder.toString(), paths());
    boolean equal = true;
    try (StageExecutor executor = executors.apply(whole)) {
      ExecutorService threads = Executors.newFixedThreadPool(executor.slots());
      try {
        CompletionService<Verdict> verdicts = new ExecutorCompletionService<>(threads);
        trials.forEach(trial -> verdicts.submit(() -> verify(trial, executor, whole)));
        for (int i = 0; i < trials.size(); i++) {
          Verdict verdict = verdicts.take().get();
          listener.accept(verdict);
          equal &= verdict.equal();
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof InterruptedException interrupted) {
          throw interrupted;
        }
        throw new IOException("a trial could not be compared: " + e.getCause(), e);
      } finally {
        threads.shutdownNow();
      }
    }
    return equal;
  }

  private Verdict verify(TrialResult trial, StageExecutor executor, WholeTrials whole)
      throws IOException, InterruptedException {
    StageId last = new StageId(trial.trial());
    StageResult result = executor.run(plan.stage(last));
    Optional<StageResult.Failed> failed =
        result instanceof StageResult.Failed f ? Optional.of(f) : Optional.empty();
    CheckpointStore again = CheckpointStore.at(whole.stages(last));
    return new Comparison(sweep)
        .compare(trial, whole.paths().getOrDefault(last, List.of()), again, failed);
  }

  private Map<StageId, List<PlannedStage>> paths() {
    Set<String> picked = trials.stream().map(TrialResult::trial).collect(Collectors.toSet());
    Map<StageId, List<PlannedStage>> paths = new HashMap<>();
    for (Trial trial : plan.trials()) {
      if (picked.contains(trial.id().hex())) {
        paths.put(
            trial.id(), trial.path().stream().map(plan::stage).map(PlannedStage::alone).toList());
      }
    }
    return paths;
  }

  /** The results of the stages of these trials in the journal. */
  private Set<StageResult.Done> recorded() {
    Set<StageResult.Done> recorded = new LinkedHashSet<>();
    for (TrialResult trial : trials) {
      for (StageId id : trial.path()) {
        if (sweep.stages().get(id) instanceof StageResult.Done done) {
          recorded.add(done);
        }
      }
    }
    return recorded;
  }
}
