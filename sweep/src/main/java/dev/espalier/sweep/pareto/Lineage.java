package dev.espalier.sweep.pareto;

import java.util.List;

/**
 * The stages that led to a trial.
 *
 * @param start the id of the stage that started its network, which a dense trial ends with
 * @param steps the words of the stages after it: {@code prune}, {@code fine-tune}
 */
public record Lineage(String start, List<String> steps) {
  private static final String FINE_TUNE = "fine-tune";

  /** Of a point that is not known to be a trial. */
  public static final Lineage UNKNOWN = new Lineage("", List.of("unknown"));

  public Lineage {
    steps = List.copyOf(steps);
  }

  /** Whether this is a baseline: its start and nothing else. */
  boolean dense() {
    return steps.isEmpty();
  }

  /** Whether the baseline was trained on and nothing else. */
  boolean fineTunedAlone() {
    return !dense() && steps.stream().allMatch(FINE_TUNE::equals);
  }
}
