package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of {@code latency.jsonl}: one per measurement, of which the last of a trial counts. */
final class LatencyLines {
  static final String NAME = "latency.jsonl";

  private LatencyLines() {}

  /**
   * What was measured so far, by trial.
   *
   * @throws RefusedException if a line cannot be read
   */
  static Map<String, TrialLatency> read(RunDirectory directory) throws IOException {
    Map<String, TrialLatency> trials = new LinkedHashMap<>();
    if (directory.files().exists(NAME)) {
      List<String> lines = directory.read(NAME).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        try {
          TrialLatency latency = TrialLatency.read(lines.get(i));
          trials.put(latency.trial(), latency);
        } catch (IllegalArgumentException e) {
          throw new RefusedException(
              "%s:%d: must be a line of `espalier measure`, found %s; remove the file and measure again"
                  .formatted(directory.place(NAME), i + 1, e.getMessage()),
              e);
        }
      }
    }
    return trials;
  }

  /**
   * The trials, those that were measured with their latency; all of them as they are where that was
   * on several machines, which do not compare.
   *
   * @throws RefusedException if a line cannot be read
   */
  static List<TrialResult> beside(RunDirectory directory, List<TrialResult> trials)
      throws IOException {
    Map<String, TrialLatency> latencies = read(directory);
    List<TrialResult> joined = new ArrayList<>();
    TrialLatency first = null;
    for (TrialResult trial : trials) {
      TrialLatency latency = latencies.get(trial.trial());
      if (latency == null || !trial.completed()) {
        joined.add(trial);
        continue;
      }
      first = first == null ? latency : first;
      if (!latency.comparesWith(first)) {
        return trials;
      }
      joined.add(trial.with(latency.metrics()));
    }
    return joined;
  }
}
