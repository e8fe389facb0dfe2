package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do of a plan, given what earlier runs left: the journal and the checkpoints.
 *
 * @param known results that stand
 * @param outdated results of another measure version, whose stages run again; where the checkpoint
 *     is there, they only measure again
 * @param unjournaled those of them that the journal has yet to be told
 * @param toRun stages to run, parents first; one of them may be known, if its checkpoint is gone
 *     and another starts from it
 * @param suspects those of them over which one process died
 */
record Resume(
    Map<StageId, StageResult> known,
    Map<StageId, StageResult.Done> outdated,
    List<StageResult> unjournaled,
    Set<StageId> toRun,
    Set<StageId> suspects) {

  /** So many processes may die over a stage before it is given up. */
  private static final int DEATHS = 2;

  static Resume of(
      Plan plan, Map<StageId, StageResult> journal, CheckpointStore store, boolean retryFailed)
      throws IOException {
    Resume resume =
        new Resume(
            new HashMap<>(),
            new HashMap<>(),
            new ArrayList<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>());
    for (PlannedStage stage : plan.stages()) {
      resume.classify(stage, journal.get(stage.id()), store, retryFailed);
    }
    Set<StageId> wanted = resume.withWhatTheyStartFrom(plan, store);
    resume.toRun.clear();
    plan.stages().stream()
        .map(PlannedStage::id)
        .filter(wanted::contains)
        .forEach(resume.toRun::add);
    return resume;
  }

  /** How many results were found in the store. */
  int taken() {
    return (int) unjournaled.stream().filter(StageResult.Done.class::isInstance).count();
  }

  /** The stages whose checkpoints are not there yet. */
  List<PlannedStage> toReach(Plan plan) {
    return toRun.stream().filter(id -> !outdated.containsKey(id)).map(plan::stage).toList();
  }

  private void classify(
      PlannedStage stage,
      @Nullable StageResult journaled,
      CheckpointStore store,
      boolean retryFailed)
      throws IOException {
    StageId id = stage.id();
    if (journaled instanceof StageResult.Done done && done.isMeasuredAsNow()) {
      known.put(id, done);
      return;
    }
    var committed = store.find(id);
    if (committed.isPresent()) {
      takeOver(committed.get());
      return;
    }
    if (journaled instanceof StageResult.Done done) {
      outdated.put(id, done);
    }
    if (retryFailed) {
      store.removeTheDead(id);
    } else if (journaled instanceof StageResult.Failed failed && !failed.cause().triesAgain()) {
      known.put(id, failed);
      return;
    }
    judge(id, store.deaths(id));
  }

  /** A stage is given up after so many deaths, and runs alone after one. */
  private void judge(StageId id, int deaths) {
    if (deaths >= DEATHS) {
      String reason = "crashed the JVM twice; --retry-failed tries it again";
      var crashed = new StageResult.Failed(id, StageResult.Cause.CRASHED, reason, 0);
      known.put(id, crashed);
      unjournaled.add(crashed);
      return;
    }
    if (deaths > 0) {
      suspects.add(id);
    }
    toRun.add(id);
  }

  private void takeOver(StageResult.Done committed) {
    if (committed.isMeasuredAsNow()) {
      known.put(committed.id(), committed);
      unjournaled.add(committed);
    } else {
      outdated.put(committed.id(), committed);
      toRun.add(committed.id());
    }
  }

  /**
   * The stages to run below no failed one, and those that are done but whose checkpoint is gone
   * although one of the former starts from it. What is only measured again starts from itself.
   */
  private Set<StageId> withWhatTheyStartFrom(Plan plan, CheckpointStore store) throws IOException {
    Set<StageId> wanted = new LinkedHashSet<>(toRun);
    for (StageResult result : known.values()) {
      if (result instanceof StageResult.Failed) {
        plan.below(result.id()).forEach(below -> wanted.remove(below.id()));
      }
    }
    List<PlannedStage> stages = plan.stages();
    for (int i = stages.size() - 1; i >= 0; i--) {
      PlannedStage stage = stages.get(i);
      StageId from = stage.from();
      if (wanted.contains(stage.id())
          && from != null
          && store.find(from).isEmpty()
          && store.find(stage.id()).isEmpty()) {
        wanted.add(from);
      }
    }
    return wanted;
  }
}
