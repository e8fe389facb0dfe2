package dev.espalier.sweep.mlflow;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sweep as MLflow shows it: an experiment of its name, with one parent run.
 *
 * @param key names this sweep for good; letters, digits and {@code _-.:} only. Sent again under the
 *     same key it is the same run
 * @param name the name of the experiment and of the parent run
 * @param primaryMetric the metric that MLflow ranks by, larger is better
 * @param costMetric the metric that the front weighs it against, less is better
 * @param chartedCosts what charts draw the primary metric against: the cost metric first, by the
 *     names of metrics on a scale that suits a chart
 * @param dataset what it trained on
 * @param commit the Git commit of the folder it was started in; null where that is none
 * @param parameters what the sweep was asked to do
 * @param tags copied to every trial too: MLflow's filters do not look from a run to its parent
 * @param parentTags of the parent run alone
 * @param startMillis when it started, in milliseconds since 1970
 */
public record TrackedSweep(
    String key,
    String name,
    String primaryMetric,
    String costMetric,
    List<String> chartedCosts,
    TrackedDataset dataset,
    @Nullable String commit,
    Map<String, String> parameters,
    Map<String, String> tags,
    Map<String, String> parentTags,
    long startMillis) {
  public TrackedSweep {
    chartedCosts = List.copyOf(chartedCosts);
    TrackedTrial.checkKey(key);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a sweep must have a name");
    }
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    parentTags = Collections.unmodifiableMap(new TreeMap<>(parentTags));
  }
}
