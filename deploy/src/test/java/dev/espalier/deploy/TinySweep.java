package dev.espalier.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A real sweep of seconds: 8 trials of 8 stages on drawn images of 12 pixels a side. */
final class TinySweep {
  static final int STAGES = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, size: 12, train: 256, validation: 64}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 2, batch: 32, learning-rate: 0.02}
      fine-tune: {learning-rate: 0.01}
      grid:
        sparsity: [0, 0.5]
        fine-tune-epochs: [0, 1]
        centroids: [none, 4]
      """;

  private TinySweep() {}

  /** Writes its config. */
  static Path config(Path folder) throws IOException {
    return Files.writeString(folder.resolve("tiny.yaml"), CONFIG);
  }

  /** The results as they must be equal: without seconds, in any order. */
  static Set<String> results(Path out) throws IOException {
    Set<String> same = new TreeSet<>();
    for (JsonNode line : lines(out.resolve("results.jsonl"))) {
      ((ObjectNode) line).remove(List.of("seconds", "seconds_own"));
      same.add(line.toString());
    }
    return same;
  }

  /** SHA-256 of each stage's files by stage and role: equal files are equal weights. */
  static Map<String, String> bits(Path out) throws IOException {
    Map<String, String> bits = new TreeMap<>();
    for (JsonNode line : lines(out.resolve("stages.jsonl"))) {
      line.path("files")
          .properties()
          .forEach(
              file ->
                  bits.put(
                      line.get("stage").asText() + " " + file.getKey(),
                      file.getValue().get("sha256").asText()));
    }
    return bits;
  }

  /** The id of the planned stage whose label starts so. */
  static String stage(Path out, String label) throws IOException {
    for (JsonNode stage : JSON.readTree(out.resolve("plan.json").toFile()).get("stages")) {
      if (stage.get("label").asText().startsWith(label)) {
        return stage.get("id").asText();
      }
    }
    throw new AssertionError(label);
  }

  /** How many trials there are of each status, as in {@code {completed=8}}; last lines win. */
  static Map<String, Integer> outcomes(Path out) throws IOException {
    Map<String, String> last = new TreeMap<>();
    for (JsonNode line : lines(out.resolve("results.jsonl"))) {
      last.put(line.get("trial").asText(), line.get("status").asText());
    }
    Map<String, Integer> outcomes = new TreeMap<>();
    last.values().forEach(status -> outcomes.merge(status, 1, Integer::sum));
    return outcomes;
  }

  /**
   * How many runs MLflow shows of each status, the sweep's own among them; a replaced run is
   * deleted.
   */
  static Map<String, Integer> runs(Path out) throws SQLException {
    Map<String, Integer> runs = new TreeMap<>();
    try (Connection database =
            DriverManager.getConnection("jdbc:sqlite:" + out.resolve("mlflow.db"));
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT status FROM runs WHERE lifecycle_stage = 'active'")) {
      while (rows.next()) {
        runs.merge(rows.getString(1), 1, Integer::sum);
      }
    }
    return runs;
  }

  /** The lines of a journal. */
  static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
