package dev.espalier.sweep.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.ReferencePoint;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the hypervolume of a sweep is measured from, {@code reference.json}: {@code {"maximize":
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
  static ReferencePoint read(RunDirectory directory) throws IOException {
    if (!directory.files().exists(NAME)) {
      return ReferencePoint.NONE;
    }
    try {
      JsonNode node = JSON.readTree(directory.read(NAME));
      Map<Objective, Double> values = new LinkedHashMap<>();
      node.path(MAXIMIZE)
          .properties()
          .forEach(v -> values.put(Objective.maximize(v.getKey()), v.getValue().asDouble()));
      node.path(MINIMIZE)
          .properties()
          .forEach(v -> values.put(Objective.minimize(v.getKey()), v.getValue().asDouble()));
      return new ReferencePoint(values);
    } catch (JsonProcessingException e) {
      throw new RefusedException(
          directory.place(NAME)
              + ": must be JSON, found "
              + e.getOriginalMessage()
              + "; remove it, and the next run makes it again",
          e);
    }
  }

  static void write(RunDirectory directory, ReferencePoint reference) throws IOException {
    if (!reference.values().isEmpty() && !reference.equals(read(directory))) {
      ObjectNode node = JSON.createObjectNode();
      reference
          .values()
          .forEach(
              (objective, value) ->
                  node.withObject("/" + (objective.maximize() ? MAXIMIZE : MINIMIZE))
                      .put(objective.metric(), value));
      directory.replace(NAME, node + "\n");
    }
  }
}
