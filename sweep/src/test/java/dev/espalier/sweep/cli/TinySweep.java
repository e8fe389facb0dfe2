package dev.espalier.sweep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.trackingserver.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A real sweep of seconds: 8 trials of 8 stages on drawn images of 12 pixels a side. */
final class TinySweep {
  static final int TRIALS = 8;

  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, size: 12, train: 256, validation: 64}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: %d, batch: 32, learning-rate: 0.02}
      fine-tune: {learning-rate: %s}
      grid:
        sparsity: [0, 0.5]
        fine-tune-epochs: [0, 1]
        centroids: [none, 4]
      """;

  private TinySweep() {}

  /** Writes its config. */
  static Path config(Path folder, int baselineEpochs, String fineTuneRate) throws IOException {
    return Files.writeString(
        folder.resolve("tiny.yaml"), CONFIG.formatted(baselineEpochs, fineTuneRate));
  }

  /** The lines of results.jsonl. */
  static List<JsonNode> results(Path out) throws IOException {
    return lines(out.resolve("results.jsonl"));
  }

  /** The lines of a journal. */
  static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  /** The results as they must be equal: without seconds, in any order. */
  static Set<String> sameResults(Path out) throws IOException {
    Set<String> same = new TreeSet<>();
    for (JsonNode line : results(out)) {
      ((ObjectNode) line).remove(List.of("seconds", "seconds_own"));
      same.add(line.toString());
    }
    return same;
  }

  /** What a query finds in mlflow.db, columns joined by a bar. */
  static List<String> rows(Path out, String sql) throws SQLException {
    return new Store(out).rows(sql);
  }
}
