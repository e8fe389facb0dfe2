package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer's first command must show. */
@Tag("exhaustive")
class QuickstartTest {
  private static final double LEARNED = 0.85;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void bothNetworksLearnWithEachOfThreeSeeds() throws Exception {
    Path out = folder.resolve("seeds");
    Said said =
        Said.by(
            "run",
            "../configs/quickstart.yaml",
            "--out",
            out.toString(),
            "--tracking-uri",
            "none",
            "--set",
            "pipelines={dense: [{quantize: none}]}",
            "--set",
            "seeds=[1, 2, 3]");
    assertEquals(0, said.code(), said.err());

    assertEquals(6, baselinesThatLearned(trials(out)).size());
  }

  /** The dense networks without fine-tuning, each of which must have learned. */
  private static List<JsonNode> baselinesThatLearned(List<JsonNode> trials) {
    List<JsonNode> baselines =
        trials.stream()
            .filter(trial -> trial.get("name").asText().matches(".*-seed[0-9]+"))
            .toList();
    for (JsonNode baseline : baselines) {
      double accuracy = baseline.get("metrics").get("val/accuracy").asDouble();
      assertTrue(accuracy >= LEARNED, baseline.get("name") + ": " + accuracy);
    }
    return baselines;
  }

  private static List<JsonNode> trials(Path out) throws IOException {
    return Files.readAllLines(out.resolve("results.jsonl")).stream()
        .map(QuickstartTest::json)
        .toList();
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(line, e);
    }
  }
}
