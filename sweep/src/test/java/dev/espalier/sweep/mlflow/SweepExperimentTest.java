package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.spec.Cell;
import dev.espalier.sweep.spec.Cells;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.ClusterStep;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.PruneOptions;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import dev.espalier.sweep.trackingserver.Filter;
import dev.espalier.sweep.trackingserver.Limits;
import dev.espalier.sweep.trackingserver.Store;
import dev.espalier.workers.prune.Scope;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

class SweepExperimentTest {
  private static final TrackedSweep SWEEP = MlflowLogTest.sweep("s", "shapes", Map.of(), Map.of());

  @TempDir Path folder = Path.of("");

  /**
   * MLflow's list EXPERIMENT_PAGE_UI_STATE_FIELDS, as it was in 3.6: the page replaces its whole
   * state by the tag's, and fails on fields that are not there.
   */
  private static final List<String> UI_STATE_FIELDS =
      List.of(
          "selectedColumns",
          "runsExpanded",
          "runsPinned",
          "runsHidden",
          "runsVisibilityMap",
          "runsHiddenMode",
          "compareRunCharts",
          "compareRunSections",
          "viewMaximized",
          "runListHidden",
          "isAccordionReordered",
          "groupBy",
          "groupsExpanded",
          "autoRefreshEnabled",
          "useGroupedValuesInCharts",
          "hideEmptyCharts",
          "globalLineChartConfig",
          "chartsSearchFilter");

  /** What the page's address holds, which a view sets too. */
  private static final List<String> SEARCH_FIELDS =
      List.of(
          "searchFilter",
          "orderByKey",
          "orderByAsc",
          "startTime",
          "lifecycleFilter",
          "datasetsFilter",
          "modelVersionFilter");

  private static final List<String> VIEWS =
      List.of("mlflow.sharedViewState.espalier", "mlflow.sharedViewState.espalier-front");

  @Test
  void theFirstLineOfTheNoteLinksToTheViews() throws Exception {
    begin();
    String note = tag("mlflow.note.content");
    String line = note.lines().findFirst().orElseThrow();
    assertTrue(
        line.contains("(#/experiments/1/runs?compareRunsMode=CHART&viewStateShareKey=espalier)"),
        line);
    assertTrue(line.endsWith("&viewStateShareKey=espalier-front)"), line);
    assertTrue(Character.isUpperCase(line.charAt(0)), line);
    assertTrue(note.contains("`val/accuracy` against `size/compressed_bytes_log10`"), note);
    assertEquals("custom_model_development", tag("mlflow.experimentKind"));
    assertEquals("True", tag("mlflow.experiment.primaryMetric.greaterIsBetter"));
  }

  @Test
  void aViewHasEveryFieldOfThePagesState() throws Exception {
    begin();
    for (String key : VIEWS) {
      JsonNode view = view(tag(key));
      for (String field : UI_STATE_FIELDS) {
        assertTrue(view.has(field), key + ": " + field);
      }
      for (String field : SEARCH_FIELDS) {
        assertTrue(view.has(field), key + ": " + field);
      }
      for (String list : List.of("runsPinned", "runsHidden", "datasetsFilter")) {
        assertTrue(view.get(list).isArray(), list);
      }
      for (String map : List.of("runsExpanded", "runsVisibilityMap", "groupsExpanded")) {
        assertTrue(view.get(map).isObject(), map);
      }
    }
  }

  /** The form of views in the menu of 3.15 and newer. */
  @Test
  void aViewIsAnEnvelopeOfItsOwnStateToo() throws Exception {
    begin();
    for (String key : VIEWS) {
      String text = tag(key);
      assertTrue(text.length() <= Limits.EXPERIMENT_TAG_CHARS, "characters: " + text.length());
      JsonNode view = view(text);
      assertTrue(view.get("name").isTextual());
      assertTrue(view.get("createdAt").isNumber());
      String state = view.get("state").asText();
      assertTrue(state.startsWith("deflate;"), state);
      byte[] packed = Base64.getDecoder().decode(state.substring("deflate;".length()));
      JsonNode inside;
      try (var inflated = new InflaterInputStream(new ByteArrayInputStream(packed))) {
        inside = view(new String(inflated.readAllBytes(), StandardCharsets.UTF_8));
      }
      ((ObjectNode) view).remove(List.of("name", "createdAt", "state"));
      assertEquals(view, inside);
    }
  }

  /** Field by field as MLflow's own page writes a view, in its versions 3.6 and newer. */
  @Test
  void theViewDrawsWhatTheRunsHave() throws Exception {
    begin();
    JsonNode view = view(tag(VIEWS.get(0)));
    assertEquals("metrics.`val/accuracy`", view.get("orderByKey").asText());
    assertEquals(1, view.get("compareRunSections").size());
    assertEquals(2, view.get("compareRunSections").get(0).get("columns").asInt());
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
    assertEquals("tags.pareto = 'true'", view(tag(VIEWS.get(1))).get("searchFilter").asText());
  }

  @Test
  void theFilterOfEachViewIsOneThatServersTake() throws Exception {
    begin();
    for (String key : VIEWS) {
      String filter = view(tag(key)).get("searchFilter").asText();
      assertEquals(1, Filter.comparisons(filter).size(), filter);
    }
  }

  /**
   * MLflow's parallel coordinates keep, of a column, the rows with a number where those are at
   * least half, else the rows with a word.
   */
  @Test
  void parallelCoordinatesLoseNoTrial() throws Exception {
    begin();
    JsonNode chart =
        StreamSupport.stream(view(tag(VIEWS.get(0))).get("compareRunCharts").spliterator(), false)
            .filter(one -> one.get("type").asText().equals("PARALLEL"))
            .findFirst()
            .orElseThrow();
    List<Map<String, String>> trials = new ArrayList<>();
    for (Map<String, Object> parameters : grid()) {
      Map<String, String> row = new HashMap<>();
      parameters.forEach((name, value) -> row.put(name, RunNames.text(value)));
      ChartView.numbers(parameters).forEach((name, value) -> row.put(name, value.toString()));
      row.putAll(Map.of("size/compressed_bytes_log10", "4.2", "val/accuracy", "0.8"));
      trials.add(row);
    }
    for (String kind : List.of("selectedParams", "selectedMetrics")) {
      for (JsonNode axis : chart.get(kind)) {
        long numbers = trials.stream().filter(row -> isNumber(row.get(axis.asText()))).count();
        assertTrue(numbers == 0 || numbers == trials.size(), axis.asText() + ": " + numbers);
        assertTrue(trials.stream().allMatch(row -> row.containsKey(axis.asText())), axis.asText());
      }
    }
  }

  private static List<Map<String, Object>> grid() throws Exception {
    SweepSpec spec =
        SpecFile.parse(
            "test",
            """
            name: tiny
            dataset: {name: shapes, size: 12, train: 256, validation: 64}
            model: {architecture: resnet18, width: 0.25}
            baseline: {epochs: 3, batch: 32, learning-rate: 0.02}
            grid:
              sparsity: [0, 0.5, 0.9]
              scope: [flat, layerwise]
              fine-tune-epochs: [0, 1]
              centroids: [none, 16, 32]
            """,
            List.of());
    return Cells.of(spec).stream().map(SweepExperimentTest::parameters).toList();
  }

  private static Map<String, Object> parameters(Cell cell) {
    Map<String, Object> parameters = new HashMap<>();
    BigDecimal sparsity = cell.steps().get(0).values().get(PruneOptions.SPARSITY);
    Scope scope = cell.steps().get(0).values().get(PruneOptions.SCOPE);
    int centroids = cell.steps().get(2).values().get(ClusterStep.CENTROIDS);
    parameters.put("sparsity", sparsity);
    parameters.put("scope", sparsity.signum() > 0 ? scope.word() : "none");
    parameters.put("fine_tune_epochs", cell.steps().get(1).values().get(FineTuneStep.EPOCHS));
    parameters.put("centroids", centroids > 0 ? centroids : "none");
    return parameters;
  }

  private static boolean isNumber(@Nullable String text) {
    return text != null && text.matches("-?\\d+(\\.\\d+)?(E-?\\d+)?");
  }

  @Test
  void aViewOfTheFirstFormIsReplacedAndAPersonsIsNot() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.uri(), server.token()))) {
      String id = client.createExperiment("shapes");
      client.setExperimentTag(id, VIEWS.get(0), "{\"searchFilter\":\"\"}");
      String own = "{\"name\":\"mine\",\"createdAt\":1,\"updatedAt\":2,\"state\":\"deflate;\"}";
      client.setExperimentTag(id, VIEWS.get(1), own);
    }
    begin();
    assertTrue(view(tag(VIEWS.get(0))).has("runsPinned"));
    assertEquals("mine", view(tag(VIEWS.get(1))).get("name").asText());
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

  private static JsonNode view(String text) throws Exception {
    return new ObjectMapper().readTree(text);
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
