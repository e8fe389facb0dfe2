package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.trackingserver.Messages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackedDatasetTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  /** By the REST reference of runs/log-inputs; texts within are JSON themselves. */
  @Test
  void isWhatMlflowTakesAsAnInputOfARun() throws Exception {
    TrackedDataset dataset = new TrackedDataset("shapes", "5a".repeat(32), Map.of("train", 256));
    JsonNode request = JSON.readTree(Messages.json(dataset.input("r1")));
    assertEquals("r1", request.get("run_id").asText());
    JsonNode input = request.get("datasets").get(0);
    assertEquals("mlflow.data.context", input.get("tags").get(0).get("key").asText());
    assertEquals("training", input.get("tags").get(0).get("value").asText());
    JsonNode told = input.get("dataset");
    assertEquals("shapes", told.get("name").asText());
    assertEquals("5a".repeat(18), told.get("digest").asText(), "36 characters at the most");
    assertEquals("local", told.get("source_type").asText());
    assertEquals("shapes", JSON.readTree(told.get("source").asText()).get("name").asText());
    assertEquals(256, JSON.readTree(told.get("profile").asText()).get("images_train").asInt());
  }

  @Test
  void everyRunHasItWhereTheServerKnowsDataSets() throws Exception {
    assertEquals(3, inputs("knows", FlakyServer.Fault.ACCEPT), "the sweep and two trials");
    assertEquals(1, inputs("knows none", FlakyServer.Fault.NONE), "it is asked once");
  }

  private long inputs(String name, FlakyServer.Fault ofInputs) throws Exception {
    try (FlakyServer server =
            new FlakyServer(
                folder.resolve(name),
                (path, number) -> path.endsWith("log-inputs") ? ofInputs : FlakyServer.Fault.NONE);
        MlflowLog log = MlflowLog.open(server.uri(), Duration.ofSeconds(60), Map.of())) {
      log.begin(MlflowLogTest.sweep("s", "shapes", Map.of(), Map.of()));
      log.trial(MlflowLogTest.trial("a", 0.9));
      log.trial(MlflowLogTest.trial("b", 0.5));
      MlflowLogTest.finish(log, Set.of("a"), "a");
      log.drain();
      assertEquals(List.of(), log.problems());
      return server.requests().stream().filter(path -> path.endsWith("log-inputs")).count();
    }
  }
}
