package dev.espalier.sweep.run;

import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.Outcomes;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Repetitions;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finished trials as the points of a front. */
public final class Points {
  private Points() {}

  /**
   * The front of the completed trials among {@code trials}, by the objectives of the config; trials
   * that differ in their seed alone are one point.
   */
  public static Front front(
      Collection<TrialResult> trials,
      Map<StageId, StageResult> stages,
      int validationImages,
      Objectives objectives) {
    return Front.of(
        Repetitions.merged(of(trials, stages, validationImages)),
        Objective.of(objectives.maximize(), objectives.minimize()));
  }

  /**
   * The completed trials, in their order.
   *
   * @param stages results of stages, for which validation images a trial classified rightly
   * @param validationImages how many there are
   */
  static List<Point> of(
      Collection<TrialResult> trials, Map<StageId, StageResult> stages, int validationImages) {
    return trials.stream()
        .filter(TrialResult::completed)
        .map(trial -> point(trial, stages.get(new StageId(trial.trial())), validationImages))
        .toList();
  }

  private static Point point(TrialResult trial, @Nullable StageResult last, int validationImages) {
    String correct = last instanceof StageResult.Done done ? done.correct().get("val") : null;
    return Point.of(
        trial.trial(),
        trial.name(),
        trial.parameters(),
        trial.metrics(),
        correct == null ? null : Outcomes.decode(correct, validationImages));
  }
}
