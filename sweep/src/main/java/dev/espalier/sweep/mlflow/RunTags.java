package dev.espalier.sweep.mlflow;

import java.util.Map;
import java.util.TreeMap;

/** The tags of the runs of a sweep, and the parameters of its parent run. */
final class RunTags {
  private RunTags() {}

  /** The tags of the parent run from the beginning. */
  static Map<String, String> ofParent(TrackedSweep sweep) {
    Map<String, String> tags = of(sweep, sweep.key());
    tags.putAll(sweep.parentTags());
    return tags;
  }

  /** The tags of every run of the sweep; {@code key} is its own. */
  private static Map<String, String> of(TrackedSweep sweep, String key) {
    Map<String, String> tags = new TreeMap<>(sweep.tags());
    tags.put(SentRuns.KEY, key);
    tags.put(SentRuns.SWEEP, sweep.key());
    tags.put("mlflow.source.name", "espalier");
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.user", System.getProperty("user.name", "unknown"));
    if (sweep.commit() != null) {
      tags.put("mlflow.source.git.commit", sweep.commit());
    }
    return tags;
  }

  /** The tags of the run of a trial from the beginning. */
  static Map<String, String> of(TrackedSweep sweep, TrackedTrial trial, String digest) {
    Map<String, String> tags = of(sweep, trial.key());
    tags.putAll(trial.tags());
    tags.put(SentRuns.DIGEST, digest);
    tags.put(TrackedFront.PARETO, "false");
    if (trial.reason() != null) {
      tags.put("failure.reason", trial.reason());
    }
    return tags;
  }

  /** Parameters that the parent run has not; a server never changes one. */
  static Map<String, String> missing(TrackedSweep sweep, SentRuns.Sent parent) {
    Map<String, String> missing = new TreeMap<>(sweep.parameters());
    missing.keySet().removeIf(key -> parent.params().containsKey(SentText.name(key)));
    return missing;
  }

  /** Tags that say what the parent's parameters cannot: the grid of a sweep may have grown. */
  static Map<String, String> changed(TrackedSweep sweep, SentRuns.Sent parent) {
    Map<String, String> tags = new TreeMap<>(sweep.tags());
    tags.putAll(sweep.parentTags());
    sweep
        .parameters()
        .forEach(
            (key, value) -> {
              String sent = parent.params().get(SentText.name(key));
              if (sent != null && !sent.equals(SentText.value(value, SentText.PARAM_CHARS))) {
                tags.put("changed." + key, value);
              }
            });
    return tags;
  }
}
