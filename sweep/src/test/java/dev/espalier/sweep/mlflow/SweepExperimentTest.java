package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

class SweepExperimentTest {
  private static final TrackedSweep SWEEP = MlflowLogTest.sweep("s", "shapes", Map.of(), Map.of());

  @TempDir Path folder = Path.of("");

  @Test
  void theNoteLinksToTheViewOfTheExperiment() throws Exception {
    begin();
    String note = tag("mlflow.note.content");
    assertTrue(
        note.contains("(#/experiments/1/runs?compareRunsMode=CHART&viewStateShareKey=espalier)"),
        note);
    assertTrue(note.contains("`val/accuracy` against `size/compressed_bytes_log10`"), note);
    assertEquals("custom_model_development", tag("mlflow.experimentKind"));
    assertEquals("True", tag("mlflow.experiment.primaryMetric.greaterIsBetter"));
  }

  /** Field by field as MLflow's own page writes a view, in its versions 3.6 and newer. */
  @Test
  void theViewDrawsWhatTheRunsHave() throws Exception {
    begin();
    String text = tag("mlflow.sharedViewState.espalier");
    assertTrue(text.length() <= Limits.EXPERIMENT_TAG_CHARS, "characters: " + text.length());
    JsonNode view = new ObjectMapper().readTree(text);
    assertEquals("metrics.`val/accuracy`", view.get("orderByKey").asText());
    assertEquals(1, view.get("compareRunSections").size());
    String section = view.get("compareRunSections").get(0).get("uuid").asText();
    Set<String> ids = new TreeSet<>();
    Set<String> metrics = new TreeSet<>();
    for (JsonNode chart : view.get("compareRunCharts")) {
      assertEquals(section, chart.get("metricSectionId").asText());
      ids.add(chart.get("uuid").asText());
      for (String axis : List.of("xaxis", "yaxis")) {
        if (chart.has(axis)) {
          assertEquals("METRIC", chart.get(axis).get("type").asText());
          metrics.add(chart.get(axis).get("key").asText());
        }
      }
    }
    assertEquals(view.get("compareRunCharts").size(), ids.size());
    assertEquals(Set.of("size/compressed_bytes_log10", "macs/nonzero", "val/accuracy"), metrics);
  }

  @Test
  void whatAPersonWroteIntoTheNoteStays() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.uri(), server.token()))) {
      String id = client.createExperiment("shapes");
      client.setExperimentTag(id, "mlflow.note.content", "mine");
    }
    begin();
    assertEquals("mine", tag("mlflow.note.content"));
    assertEquals("val/accuracy", tag("mlflow.experiment.primaryMetric.name"));
  }

  private void begin() throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(SWEEP);
      log.drain();
      assertEquals(List.of(), log.problems());
    }
  }

  private String tag(String key) throws Exception {
    return new Store(folder)
        .rows("SELECT value FROM experiment_tags WHERE key = '" + key + "'")
        .get(0);
  }
}
