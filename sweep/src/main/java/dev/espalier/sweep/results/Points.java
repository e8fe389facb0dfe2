package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.Outcomes;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Repetitions;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
      Objectives objectives,
      MetricCatalogue metrics) {
    return Front.of(
        Repetitions.merged(of(trials, stages, validationImages)),
        Objective.of(objectives.maximize(), objectives.minimize(), metrics));
  }

  /** A network that trials are made of, trained and nothing else, which is no trial itself. */
  static Point baseline(TrialResult of, StageResult.Done done, int images) {
    Map<String, @Nullable Object> parameters = new TreeMap<>();
    for (String kept : List.of("model", "width", "seed")) {
      parameters.put(kept, of.parameters().get(kept));
    }
    Object width = parameters.get("width");
    String name =
        "%s%s-baseline-seed%s"
            .formatted(
                parameters.get("model"), width == null ? "" : "-w" + width, parameters.get("seed"));
    return Point.of(done.id().hex(), name, parameters, done.metrics(), outcomes(done, images));
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
    return Point.of(
        trial.trial(),
        trial.name(),
        trial.parameters(),
        trial.metrics(),
        outcomes(last, validationImages));
  }

  private static @Nullable Outcomes outcomes(@Nullable StageResult last, int validationImages) {
    String correct = last instanceof StageResult.Done done ? done.correct().get("val") : null;
    return correct == null ? null : Outcomes.decode(correct, validationImages);
  }
}
