package dev.espalier.sweep.results;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.PointConfidence;
import dev.espalier.workers.checkpoint.ResultJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A front as JSON: the lines of {@code results.jsonl} of its trials, each with the figures of its
 * point as {@code "front"}. Unknown numbers are null.
 */
public final class FrontJson {
  private FrontJson() {}

  /** One line for each trial, in the order of the front and of the seeds. */
  public static List<String> lines(Confidence confidence, List<TrialResult> trials) {
    Map<String, TrialResult> results = new HashMap<>();
    trials.forEach(trial -> results.put(trial.trial(), trial));
    PointConfidence knee = confidence.knee();
    List<String> lines = new ArrayList<>();
    for (PointConfidence standing : confidence.points()) {
      for (Point point : standing.point().trials()) {
        TrialResult result = results.get(point.trial());
        if (result != null) {
          ObjectNode line = result.toJson();
          ObjectNode front = line.putObject("front");
          put(front, standing, standing.equals(knee));
          ResultJson.put(front, "hypervolume", confidence.hypervolume());
          lines.add(line.toString());
        }
      }
    }
    return lines;
  }

  private static void put(ObjectNode front, PointConfidence standing, boolean knee) {
    Interval accuracy = standing.accuracy();
    front.put("configuration", standing.point().name());
    front.put("seeds", standing.point().trials().size());
    ResultJson.put(front, "accuracy", accuracy.mean());
    ResultJson.put(front, "accuracy_low", accuracy.low());
    ResultJson.put(front, "accuracy_high", accuracy.high());
    front.put("interval_over", accuracy.over().name().toLowerCase(Locale.ROOT));
    ResultJson.put(front, "p_front", standing.onFront());
    ResultJson.put(front, "p_knee", standing.knee());
    front.put("knee", knee);
    front.put("tied", standing.tied());
  }
}
