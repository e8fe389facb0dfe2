package dev.espalier.sweep.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.ReferencePoint;
import dev.espalier.workers.facts.MetricCatalogue;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The reference point of a sweep's hypervolume, {@code reference.json}: {@code {"maximize":
 * {"val/accuracy": 0.0}, "minimize": {"size/compressed_bytes": 2815464.0}}}. Written when all
 * trials are over for the first time and kept from then on, so that volumes can be compared when
 * the sweep is extended; other objectives are added to it.
 */
final class ReferenceFile {
  static final String NAME = "reference.json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MAXIMIZE = "maximize";
  private static final String MINIMIZE = "minimize";

  private ReferenceFile() {}

  /**
   * What lies in {@code directory}, or nothing yet.
   *
   * @throws RefusedException if it cannot be read
   */
  static ReferencePoint read(RunDirectory directory, MetricCatalogue metrics) throws IOException {
    if (!directory.files().exists(NAME)) {
      return ReferencePoint.NONE;
    }
    Map<Objective, Double> values = new LinkedHashMap<>();
    try {
      JsonNode node = JSON.readTree(directory.read(NAME));
      for (String direction : List.of(MAXIMIZE, MINIMIZE)) {
        for (Map.Entry<String, JsonNode> value : node.path(direction).properties()) {
          if (!value.getValue().isNumber()) {
            throw new RefusedException(
                problem(directory, value.getKey() + ": " + value.getValue()));
          }
          values.put(
              new Objective(metrics.get(value.getKey()), direction.equals(MAXIMIZE)),
              value.getValue().asDouble());
        }
      }
    } catch (JsonProcessingException e) {
      throw new RefusedException(problem(directory, e.getOriginalMessage()), e);
    }
    return new ReferencePoint(values);
  }

  private static String problem(RunDirectory directory, String found) {
    return "%s: must be JSON with a number for each objective, found %s; remove it, and the next run makes it again"
        .formatted(directory.place(NAME), found);
  }

  static void write(RunDirectory directory, ReferencePoint reference, MetricCatalogue metrics)
      throws IOException {
    if (!reference.values().isEmpty() && !reference.equals(read(directory, metrics))) {
      ObjectNode node = JSON.createObjectNode();
      reference
          .values()
          .forEach(
              (objective, value) ->
                  node.withObject("/" + (objective.maximize() ? MAXIMIZE : MINIMIZE))
                      .put(objective.name(), value));
      directory.replace(NAME, node + "\n");
    }
  }
}
