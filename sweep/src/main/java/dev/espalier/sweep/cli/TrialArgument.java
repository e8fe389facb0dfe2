package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.results.SweepSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A trial as named on the command line: by its number or its name. */
final class TrialArgument {
  private TrialArgument() {}

  /**
   * The completed trial with this name or number.
   *
   * @param must the start of the message: the argument and what it must be
   * @param nameOrNumber as the table of the front has it
   * @throws UsageException if there is no such trial, or it is not completed
   */
  static TrialResult completed(SweepSnapshot sweep, String must, String nameOrNumber)
      throws UsageException {
    String id =
        sweep.plan().trial(nameOrNumber).orElseThrow(() -> problem(sweep, must, nameOrNumber)).id();
    TrialResult result =
        sweep.trials().stream()
            .filter(trial -> trial.trial().equals(id))
            .findFirst()
            .orElseThrow(() -> problem(sweep, must, nameOrNumber + ", which is not finished"));
    if (!result.completed()) {
      throw problem(sweep, must, "%s, which failed: %s".formatted(nameOrNumber, result.reason()));
    }
    return result;
  }

  /** The same for several. */
  static List<TrialResult> completed(SweepSnapshot sweep, String must, List<String> names)
      throws UsageException {
    List<TrialResult> trials = new ArrayList<>();
    for (String name : names) {
      TrialResult trial = completed(sweep, must, name);
      if (!trials.contains(trial)) {
        trials.add(trial);
      }
    }
    return trials;
  }

  private static UsageException problem(SweepSnapshot sweep, String must, String found) {
    int last =
        sweep.plan().numbers().values().stream().mapToInt(Objects::requireNonNull).max().orElse(0);
    return new UsageException(
        "%s of a completed trial or its number, up to %d, found %s".formatted(must, last, found));
  }
}
