package dev.espalier.sweep.mlflow;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The Pareto front as tags of its trials.
 *
 * @param trials keys of the trials on the front
 * @param knee keys of the trials of its knee: one for each seed; none where there is no knee
 * @param tied keys of those that are no more accurate than a smaller one, beyond chance
 */
public record TrackedFront(Set<String> trials, Set<String> knee, Set<String> tied) {
  static final String PARETO = "pareto";

  public TrackedFront {
    trials = Set.copyOf(trials);
    knee = Set.copyOf(knee);
    tied = Set.copyOf(tied);
  }

  /** What differs between the tags that a trial has and those it should have. */
  Map<String, String> changes(String trial, Map<String, String> tags) {
    Map<String, String> changes = new TreeMap<>();
    change(changes, tags, PARETO, trials.contains(trial));
    change(changes, tags, "knee", knee.contains(trial));
    change(changes, tags, "tied", tied.contains(trial));
    return changes;
  }

  /** A tag that is not there is as good as one that says false. */
  private static void change(
      Map<String, String> changes, Map<String, String> tags, String tag, boolean holds) {
    if (holds != tags.getOrDefault(tag, "false").equals("true")) {
      changes.put(tag, Boolean.toString(holds));
    }
  }
}
