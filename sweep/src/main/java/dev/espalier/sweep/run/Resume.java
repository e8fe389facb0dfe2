package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.StoredStages;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stages of a plan that are left to run, given the journal and the checkpoints of earlier runs.
 *
 * @param known results that stand
 * @param outdated results of another measure version or without a metric, whose stages run again;
 *     if the checkpoint exists, they are only measured again
 * @param unjournaled known results that are not yet in the journal
 * @param toRun stages to run, parents first; one may be known, if its checkpoint is gone and
 *     another stage starts from it
 * @param suspects stages to run during which one process died
 */
record Resume(
    Map<StageId, StageResult> known,
    Map<StageId, StageResult.Done> outdated,
    List<StageResult> unjournaled,
    Set<StageId> toRun,
    Set<StageId> suspects) {

  /** The number of processes that may die during a stage before it is given up. */
  private static final int DEATHS = 2;

  /**
   * @param incomplete whether missing metrics are to be added to a result; the result stays
   *     unchanged if its checkpoint is gone
   */
  static Resume of(
      Plan plan,
      Map<StageId, StageResult> journal,
      CheckpointStore store,
      boolean retryFailed,
      Predicate<StageResult.Done> incomplete)
      throws IOException {
    Resume resume =
        new Resume(
            new HashMap<>(),
            new HashMap<>(),
            new ArrayList<>(),
            new LinkedHashSet<>(),
            new LinkedHashSet<>());
    StoredStages stored = StoredStages.of(store);
    resume.classify(plan, journal, stored, retryFailed, incomplete);
    Set<StageId> wanted = resume.withWhatTheyStartFrom(plan, stored);
    resume.toRun.clear();
    plan.stages().stream()
        .map(PlannedStage::id)
        .filter(wanted::contains)
        .forEach(resume.toRun::add);
    return resume;
  }

  /** The number of results found in the store. */
  int taken() {
    return (int) unjournaled.stream().filter(StageResult.Done.class::isInstance).count();
  }

  /** The stages to which only missing metrics are added. */
  Set<StageId> measured() {
    return outdated.values().stream()
        .filter(StageResult.Done::isMeasuredAsNow)
        .map(StageResult.Done::id)
        .collect(Collectors.toSet());
  }

  /** The stages without a checkpoint. */
  List<PlannedStage> toReach(Plan plan) {
    return toRun.stream().filter(id -> !outdated.containsKey(id)).map(plan::stage).toList();
  }

  private void classify(
      Plan plan,
      Map<StageId, StageResult> journal,
      StoredStages stored,
      boolean retryFailed,
      Predicate<StageResult.Done> incomplete)
      throws IOException {
    List<StageId> open = new ArrayList<>();
    for (PlannedStage stage : plan.stages()) {
      if (journal.get(stage.id()) instanceof StageResult.Done done && done.isMeasuredAsNow()) {
        known.put(stage.id(), done);
      } else {
        open.add(stage.id());
      }
    }
    List<StageId> partial =
        known.keySet().stream().filter(id -> isPartial(id, incomplete)).toList();
    for (StageResult.Done done : stored.find(partial).values()) {
      known.remove(done.id());
      takeOver(done, incomplete);
    }
    Map<StageId, StageResult.Done> committed = stored.find(open);
    List<StageId> left = open.stream().filter(id -> !committed.containsKey(id)).toList();
    if (retryFailed) {
      stored.removeDeadAttempts(left);
    }
    Map<StageId, Integer> deaths = stored.deaths(left);
    for (StageId id : open) {
      StageResult.Done done = committed.get(id);
      if (done != null) {
        takeOver(done, incomplete);
      } else {
        classify(id, journal.get(id), deaths.getOrDefault(id, 0), retryFailed);
      }
    }
  }

  /** Records a stage without a checkpoint. */
  private void classify(
      StageId id, @Nullable StageResult journaled, int deaths, boolean retryFailed) {
    if (journaled instanceof StageResult.Done done) {
      outdated.put(id, done);
    }
    if (!retryFailed
        && journaled instanceof StageResult.Failed failed
        && !failed.cause().triesAgain()) {
      known.put(id, failed);
    } else {
      judge(id, deaths);
    }
  }

  /** A stage is given up after this number of deaths, and runs alone after one. */
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

  private boolean isPartial(StageId id, Predicate<StageResult.Done> incomplete) {
    return known.get(id) instanceof StageResult.Done done && incomplete.test(done);
  }

  private void takeOver(StageResult.Done committed, Predicate<StageResult.Done> incomplete) {
    if (committed.isMeasuredAsNow() && !incomplete.test(committed)) {
      known.put(committed.id(), committed);
      unjournaled.add(committed);
    } else {
      outdated.put(committed.id(), committed);
      toRun.add(committed.id());
    }
  }

  /**
   * The stages to run that have no failed stage above them, and the done stages without a
   * checkpoint from which one of the former starts. A stage that is only measured again starts from
   * itself.
   */
  private Set<StageId> withWhatTheyStartFrom(Plan plan, StoredStages stored) throws IOException {
    Set<StageId> wanted = new LinkedHashSet<>(toRun);
    for (StageResult result : known.values()) {
      if (result instanceof StageResult.Failed) {
        plan.below(result.id()).forEach(below -> wanted.remove(below.id()));
      }
    }
    List<PlannedStage> stages = plan.stages();
    List<StageId> first =
        stages.stream()
            .filter(stage -> wanted.contains(stage.id()) && stage.from() != null)
            .flatMap(stage -> Stream.of(stage.id(), Objects.requireNonNull(stage.from())))
            .toList();
    var unused = stored.find(first); // Many at a time, before they are asked for one by one.
    for (int i = stages.size() - 1; i >= 0; i--) {
      PlannedStage stage = stages.get(i);
      StageId from = stage.from();
      if (wanted.contains(stage.id())
          && from != null
          && !stored.has(from)
          && !stored.has(stage.id())) {
        wanted.add(from);
      }
    }
    return wanted;
  }
}
