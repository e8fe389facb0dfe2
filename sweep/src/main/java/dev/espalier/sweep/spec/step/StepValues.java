package dev.espalier.sweep.spec.step;

import dev.espalier.workers.stage.Stage;
import java.util.List;

/**
 * A step of one trial.
 *
 * @param values of all its options; empty where the step is left out
 */
public record StepValues(StepKind kind, OptionValues values) {

  /** Whether the trial has no such stage. */
  public boolean changesNothing() {
    return values.isEmpty() || kind.changesNothing(values);
  }

  /** The stages of a step that changes something, in their order. */
  public List<Stage> stages(StepPlace place) {
    OptionValues defaults = place.defaults(kind.word());
    return kind.stages(values, values.varied(defaults), place);
  }
}
