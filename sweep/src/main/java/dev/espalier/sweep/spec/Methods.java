package dev.espalier.sweep.spec;

import dev.espalier.sweep.spec.step.ClusterStep;
import dev.espalier.sweep.spec.step.DropBlocksStep;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.PruneStep;
import dev.espalier.sweep.spec.step.QuantizeStep;
import dev.espalier.sweep.spec.step.RecalibrateStep;
import dev.espalier.sweep.spec.step.ReplaceHeadStep;
import dev.espalier.sweep.spec.step.StepKind;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.filter.FilterCriteria;
import dev.espalier.workers.prune.Criteria;
import java.util.List;

/**
 * What configs may name.
 *
 * @param steps the kinds of steps; the defaults of one may depend on those before it
 * @param metrics those that may be objectives among them
 */
public record Methods(List<StepKind> steps, MetricCatalogue metrics) {
  /** All that Espalier has. */
  public static final Methods STANDARD =
      new Methods(
          List.of(
              new FineTuneStep(),
              new PruneStep(Criteria.ALL, FilterCriteria.ALL),
              new ClusterStep(),
              new RecalibrateStep(),
              new DropBlocksStep(),
              new ReplaceHeadStep(),
              new QuantizeStep()),
          MetricCatalogue.STANDARD);

  public Methods {
    steps = List.copyOf(steps);
  }

  /** The kind of step of this word. */
  public StepKind step(String word) {
    return steps.stream()
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no step is called " + word));
  }

  /** The words of the steps. */
  public List<String> words() {
    return steps.stream().map(StepKind::word).toList();
  }
}
