package dev.espalier.sweep.spec.step;

import dev.espalier.workers.model.Parameter;
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

  /**
   * The stage of a step that changes something.
   *
   * @param defaults of the sweep, from which what names tell differs
   * @param network the parameters of the network that the pipeline starts with
   * @param before the words of the steps before it that change something
   */
  public Stage stage(OptionValues defaults, List<Parameter> network, List<String> before) {
    return kind.stage(values, values.varied(defaults), network, before);
  }
}
