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
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer's first command must show. */
@Tag("slow")
class QuickstartTest {
  private static final double LEARNED = 0.85;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void bothNetworksLearnAndBothReachTheFront() throws Exception {
    Path out = folder.resolve("quickstart");
    Said said = Said.by("run", "../configs/quickstart.yaml", "--out", out.toString());
    assertEquals(0, said.code(), said.err());

    List<JsonNode> trials = trials(out);
    assertEquals(40, trials.size());
    assertEquals(2, baselinesThatLearned(trials).size());
    Set<String> onTheFront =
        Said.by("front", out.toString(), "--json")
            .out()
            .lines()
            .map(QuickstartTest::json)
            .map(trial -> trial.get("parameters").get("model").asText())
            .collect(Collectors.toSet());
    assertEquals(Set.of("resnet18", "mobilenetv2"), onTheFront);
  }

  @Test
  void bothNetworksLearnWithTwoMoreSeedsToo() throws Exception {
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
            "grid={sparsity: 0}",
            "--set",
            "seeds=[2, 3]");
    assertEquals(0, said.code(), said.err());

    assertEquals(4, baselinesThatLearned(trials(out)).size());
  }

  /** The dense networks without fine-tuning, each of which must have learned. */
  private static List<JsonNode> baselinesThatLearned(List<JsonNode> trials) {
    List<JsonNode> baselines =
        trials.stream()
            .filter(trial -> trial.get("name").asText().matches(".*-s0-ft0-seed[0-9]+"))
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
