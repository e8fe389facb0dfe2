package dev.espalier.sweep.terminal;

import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.run.Progress;
import java.util.List;
import java.util.Map;

/**
 * A sweep at one moment, as far as a live view shows it.
 *
 * @param progress in stages; its seconds left are NaN where nobody can say
 * @param epochsDone training epochs of the stages that are done
 * @param epochs training epochs of all stages
 * @param running the stages that run, the longest running first
 * @param failures of stages, the latest last: label and reason
 * @param front of the trials that are finished
 * @param trials how many are finished
 * @param numbers of the trials, by their ids
 */
record LiveState(
    Progress progress,
    int epochsDone,
    int epochs,
    List<Running> running,
    List<String> failures,
    Front front,
    int trials,
    Map<String, Integer> numbers) {

  /**
   * A stage that runs.
   *
   * @param seconds since it started; NaN where that is not known
   * @param estimated seconds that it will take; NaN where nobody can say
   */
  record Running(String label, double seconds, double estimated) {}

  LiveState {
    running = List.copyOf(running);
    failures = List.copyOf(failures);
    numbers = Map.copyOf(numbers);
  }
}
