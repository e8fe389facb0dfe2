package dev.espalier.sweep.terminal;

import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Progress;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Repeated snapshots of a sweep that another process runs. Start times are known only for stages
 * that started while watching.
 */
final class SweepWatch {
  private final LongSupplier nanoTime;
  private final Map<String, Long> started = new HashMap<>();
  private final Set<String> before = new HashSet<>();
  private boolean first = true;

  /**
   * Begins to watch.
   *
   * @param nanoTime as System.nanoTime
   */
  SweepWatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * What a sweep looks like now.
   *
   * @param atWork ids of the stages that a process is at work on
   */
  LiveState look(SweepSnapshot sweep, Set<String> atWork) {
    note(atWork);
    PlanFile plan = sweep.plan();
    Pace pace = new Pace(plan, sweep.stages());
    List<LiveState.Running> running = running(plan, atWork, pace);
    Set<String> left = sweep.stagesLeft();
    double work =
        plan.stages().stream()
            .filter(stage -> left.contains(stage.id()))
            .mapToDouble(stage -> left(stage, pace.of(stage)))
            .sum();
    Progress progress =
        new Progress(
            sweep.stagesDone(),
            sweep.stagesFailed().size(),
            running.size(),
            left.size() - running.size(),
            running.isEmpty() ? Double.NaN : work / running.size());
    return new LiveState(
        progress,
        epochs(plan, stage -> result(sweep, stage) instanceof StageResult.Done),
        epochs(plan, stage -> true),
        running,
        sweep.failures(),
        sweep.front(),
        sweep.trials().size(),
        plan.numbers());
  }

  private List<LiveState.Running> running(PlanFile plan, Set<String> atWork, Pace pace) {
    return plan.stages().stream()
        .filter(stage -> atWork.contains(stage.id()))
        .map(stage -> new LiveState.Running(stage.label(), seconds(stage), pace.of(stage)))
        .sorted(Comparator.comparingDouble(stage -> -stage.seconds()))
        .toList();
  }

  private static int epochs(PlanFile plan, Predicate<PlanFile.StageEntry> which) {
    return plan.stages().stream().filter(which).mapToInt(PlanFile.StageEntry::epochs).sum();
  }

  private static @Nullable StageResult result(SweepSnapshot sweep, PlanFile.StageEntry stage) {
    return sweep.stages().get(new StageId(stage.id()));
  }

  /** NaN for training of which nobody can say how long it takes; other stages take little. */
  private double left(PlanFile.StageEntry stage, double estimated) {
    if (Double.isNaN(estimated)) {
      return stage.epochs() > 0 ? Double.NaN : 0;
    }
    double past = seconds(stage);
    return Math.max(0, estimated - (Double.isNaN(past) ? 0 : past));
  }

  private void note(Set<String> atWork) {
    started.keySet().retainAll(atWork);
    for (String id : atWork) {
      if (first) {
        before.add(id);
      } else if (!before.contains(id)) {
        started.putIfAbsent(id, nanoTime.getAsLong());
      }
    }
    first = false;
  }

  /** Since a stage started; NaN where it ran before anybody watched. */
  private double seconds(PlanFile.StageEntry stage) {
    Long start = started.get(stage.id());
    return start == null ? Double.NaN : (nanoTime.getAsLong() - start) / 1e9;
  }
}
