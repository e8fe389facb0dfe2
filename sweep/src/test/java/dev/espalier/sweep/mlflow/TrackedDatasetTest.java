package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrackedDatasetTest {
  private static final ObjectMapper JSON = new ObjectMapper();

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
}
