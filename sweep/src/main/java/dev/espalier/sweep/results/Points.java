package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Lineage;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.Outcomes;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Repetitions;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.sweep.spec.ParameterAxis;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
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
      Map<StageId, String> words,
      int images,
      Objectives objectives,
      MetricCatalogue metrics) {
    return Front.of(
        Repetitions.merged(of(trials, stages, words, images)),
        Objective.of(objectives.maximize(), objectives.minimize(), metrics));
  }

  /**
   * A network that trials are made of, trained and nothing else, which is no trial itself.
   *
   * @param axes of the sweep's trials, of which a baseline has those of networks, baselines, seeds
   */
  static Point baseline(
      TrialResult of, List<ParameterAxis> axes, StageResult.Done done, int images) {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    StringBuilder name = new StringBuilder();
    for (ParameterAxis axis : axes) {
      Object value = of.parameters().get(axis.parameter());
      if (axis.isOfBaselines() && value != null) {
        parameters.put(axis.parameter(), value);
        name.append(name.isEmpty() ? "" : "-").append(axis.mark()).append(text(value));
      }
    }
    Object seed = of.parameters().get("seed");
    parameters.put("seed", seed);
    name.append("-baseline-seed").append(seed);
    Lineage lineage = new Lineage(done.id().hex(), List.of());
    return Point.of(
        done.id().hex(),
        name.toString(),
        parameters,
        lineage,
        done.metrics(),
        outcomes(done, images));
  }

  private static String text(Object value) {
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  /**
   * The completed trials, in their order.
   *
   * @param stages results of stages, for which validation images a trial classified rightly
   * @param words of the stages, which say what a trial is made by; may be empty
   * @param images in the validation split
   */
  static List<Point> of(
      Collection<TrialResult> trials,
      Map<StageId, StageResult> stages,
      Map<StageId, String> words,
      int images) {
    return trials.stream()
        .filter(TrialResult::completed)
        .map(
            trial ->
                point(trial, lineage(trial, words), stages.get(new StageId(trial.trial())), images))
        .toList();
  }

  private static Lineage lineage(TrialResult trial, Map<StageId, String> words) {
    List<StageId> path = trial.path();
    return new Lineage(
        path.get(0).hex(),
        path.subList(1, path.size()).stream()
            .map(stage -> words.getOrDefault(stage, "unknown"))
            .toList());
  }

  private static Point point(
      TrialResult trial, Lineage lineage, @Nullable StageResult last, int images) {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>(trial.parameters());
    Control control = trial.control();
    if (control != null) {
      parameters.put(Control.PARAMETER, control.word());
    }
    return Point.of(
        trial.trial(), trial.name(), parameters, lineage, trial.metrics(), outcomes(last, images));
  }

  private static @Nullable Outcomes outcomes(@Nullable StageResult last, int validationImages) {
    String correct = last instanceof StageResult.Done done ? done.correct().get("val") : null;
    return correct == null ? null : Outcomes.decode(correct, validationImages);
  }
}
