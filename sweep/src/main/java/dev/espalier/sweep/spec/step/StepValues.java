package dev.espalier.sweep.spec.step;

import dev.espalier.workers.stage.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Why it makes no sense for a network, after a path and a colon; null if it does. */
  public @Nullable String objectionTo(PlannedNetwork network) {
    return changesNothing() ? null : kind.objectionTo(values, network);
  }

  /** What a plan knows of the network after the step, which may change nothing. */
  public PlannedNetwork leaves(PlannedNetwork network) {
    return changesNothing() ? network : kind.leaves(values, network);
  }

  /** What a plan says of a step that changes something, in its place. */
  public List<String> remarks(StepPlace place) {
    return kind.remarks(values, place);
  }
}
