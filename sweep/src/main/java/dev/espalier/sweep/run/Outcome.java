package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.TrialResult;
import java.util.List;

/**
 * How a run of a sweep ended.
 *
 * @param trials of the plan that are over, in its order
 * @param unfinished trials of the plan that are not
 */
public record Outcome(Ending ending, List<TrialResult> trials, int unfinished) {

  /** Why a run ended. */
  public enum Ending {
    /** Nothing is left to do. */
    COMPLETE,
    /** The time of {@code --max-time} or {@code --budget} is over; the next run continues. */
    OUT_OF_TIME,
    /** It was interrupted; the next run continues. */
    INTERRUPTED
  }

  public Outcome {
    trials = List.copyOf(trials);
  }

  public List<TrialResult> completed() {
    return trials.stream().filter(TrialResult::completed).toList();
  }

  public List<TrialResult> failed() {
    return trials.stream().filter(trial -> !trial.completed()).toList();
  }
}
