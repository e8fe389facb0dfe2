package dev.espalier.sweep.spec.step;

import dev.espalier.workers.stage.Stage;
import java.util.List;
import java.util.Map;

/**
 * Where in a trial a step stands.
 *
 * @param start the stage that starts the network
 * @param network the network that the step meets
 * @param before the words of the stages between {@code start} and the step
 * @param defaults the sweep's values of the options of each kind of step, by its word
 */
public record StepPlace(
    Stage start, PlannedNetwork network, List<String> before, Map<String, OptionValues> defaults) {

  /** The sweep's values of the options of a kind of step. */
  public OptionValues defaults(String word) {
    return defaults.getOrDefault(word, OptionValues.NONE);
  }
}
