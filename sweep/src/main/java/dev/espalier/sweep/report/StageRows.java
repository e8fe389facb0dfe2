package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The stages that are over, parents first. Fine-tuning to epoch 3 passes through epoch 1, whose
 * curve begins its own: where that is so, a stage has only the rest, and {@code continues} names
 * the stage with the beginning.
 */
final class StageRows {
  private final ArrayNode json = JsonNodeFactory.instance.arrayNode();
  private final Map<String, Integer> places = new HashMap<>();

  StageRows(SweepSnapshot finished) {
    for (PlanFile.StageEntry entry : finished.plan().stages()) {
      StageResult result = finished.stages().get(new StageId(entry.id()));
      if (result != null) {
        places.put(entry.id(), json.size());
        ObjectNode node = json.addObject();
        node.put("label", entry.label());
        node.set("seconds", Digits.FIVE.of(result.seconds()));
        if (result instanceof StageResult.Done done && !done.curve().isEmpty()) {
          writeCurve(node, done, parent(finished, entry));
        }
      }
    }
  }

  ArrayNode json() {
    return json;
  }

  /** The index of a stage in the array; null if it is not over. */
  @Nullable Integer place(StageId id) {
    return places.get(id.hex());
  }

  private static StageResult.@Nullable Done parent(
      SweepSnapshot finished, PlanFile.StageEntry entry) {
    return entry.parent() != null
            && finished.stages().get(new StageId(entry.parent())) instanceof StageResult.Done done
        ? done
        : null;
  }

  private void writeCurve(
      ObjectNode node, StageResult.Done done, StageResult.@Nullable Done parent) {
    List<EpochMetrics> curve = done.curve();
    if (parent != null && !parent.curve().isEmpty() && startsWith(curve, parent.curve())) {
      node.put("continues", places.get(parent.id().hex()));
      curve = curve.subList(parent.curve().size(), curve.size());
    }
    SortedSet<String> names = new TreeSet<>();
    done.curve().forEach(epoch -> names.addAll(epoch.metrics().values().keySet()));
    names.remove(Metrics.LEARNING_RATE); // stands in the spec
    ObjectNode columns = node.putObject("curve");
    for (String name : names) {
      ArrayNode column = columns.putArray(name);
      curve.forEach(epoch -> column.add(Digits.FIVE.of(epoch.metrics().get(name))));
    }
  }

  private static boolean startsWith(List<EpochMetrics> curve, List<EpochMetrics> beginning) {
    return curve.size() >= beginning.size() && curve.subList(0, beginning.size()).equals(beginning);
  }
}
