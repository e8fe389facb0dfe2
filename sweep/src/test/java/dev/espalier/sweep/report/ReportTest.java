package dev.espalier.sweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.PointConfidence;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVIL =
      "loss is NaN </ScRiPt><script>alert(1)</script><!-- {{data}} & \"";
  private static final String FAILED = "mnist-cnn-w0.5-s0.5-flat-ft2-k4-seed1";
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  private static final String SMALL =
      """
      name: small
      dataset: {name: shapes, validation: 500}
      model: {architecture: mnist-cnn, width: 0.5}
      baseline: {epochs: 2, batch: 64, learning-rate: 0.05}
      fine-tune: {learning-rate: 0.005}
      grid:
        sparsity: [0, 0.5]
        scope: [flat, layerwise]
        fine-tune-epochs: [0, 1, 2]
        centroids: [none, 4]
      """;

  @Test
  void theDataOfASmallSweepIsAsItWas() throws Exception {
    ObjectNode data = data(small());
    assertEquals(golden(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(data) + "\n");
  }

  @Test
  void everyNumberOfTheJournalIsFoundAgain() throws Exception {
    SweepSnapshot finished = small();
    JsonNode data = data(finished);
    assertEquals(finished.trials().size(), data.get("trials").size());
    int layers = 0;
    int epochs = 0;
    for (int i = 0; i < finished.trials().size(); i++) {
      TrialResult trial = finished.trials().get(i);
      JsonNode row = data.get("trials").get(i);
      assertEquals(trial.trial(), row.get("id").asText());
      assertEquals(trial.reason(), row.has("failed") ? row.get("failed").asText() : null);
      for (int p = 0; p < data.get("parameters").size(); p++) {
        Object value = trial.parameters().get(data.get("parameters").get(p).asText());
        assertEquals(
            value == null ? "null" : value.toString(), row.get("parameters").get(p).asText());
      }
      if (trial.completed()) {
        assertSameMetrics(trial.metrics(), data.get("metrics"), row.get("metrics"));
        StageResult.Done done = done(finished, trial.trial());
        assertEquals(done.layers(), layers(data, row.get("layers")));
        layers += done.layers().size();
        for (int s = 0; s < trial.path().size(); s++) {
          epochs +=
              assertSameCurve(
                  done(finished, trial.path().get(s).hex()), data, row.get("path").get(s).asInt());
        }
      }
    }
    assertTrue(layers > 50 && epochs > 40, layers + " layers, " + epochs + " epochs");
  }

  @Test
  void theMarksAreThoseOfTheFront() throws Exception {
    SweepSnapshot finished = GeneratedSweep.thousand();
    List<String> front = new ArrayList<>();
    List<String> knee = new ArrayList<>();
    List<String> tied = new ArrayList<>();
    for (JsonNode row : data(finished).get("trials")) {
      String name = row.get("name").asText();
      (row.has("front") ? front : new ArrayList<String>()).add(name);
      (row.has("knee") ? knee : new ArrayList<String>()).add(name);
      (row.has("tied") ? tied : new ArrayList<String>()).add(name);
    }
    Confidence confidence = finished.confidence(finished.front());
    List<PointConfidence> points = confidence.points();
    assertEquals(
        Set.copyOf(points.stream().map(p -> p.point().name()).toList()), Set.copyOf(front));
    assertEquals(List.of(Objects.requireNonNull(confidence.knee()).point().name()), knee);
    long ties = points.stream().filter(PointConfidence::tied).count();
    assertTrue(ties > 0);
    assertEquals(ties, tied.size());
  }

  @Test
  void controlsAreToldAndHaveNoMarks() throws Exception {
    SweepSnapshot finished = GeneratedSweep.of(SMALL + "controls: true\n", Map.of());
    List<String> kinds = new ArrayList<>();
    for (JsonNode row : data(finished).get("trials")) {
      if (row.has("control")) {
        kinds.add(row.get("control").asText());
        assertTrue(row.has("error"), row.get("name").asText());
        assertFalse(row.has("front") || row.has("knee") || row.has("confidence"));
      }
    }
    // Of two scopes and three lengths of fine-tuning, and the width of one sparsity.
    assertEquals(6, kinds.stream().filter("random"::equals).count());
    assertEquals(1, kinds.stream().filter("width"::equals).count());
    SweepSnapshot without = GeneratedSweep.of(SMALL, Map.of());
    assertEquals(names(without.front().points()), names(finished.front().points()));
    assertEquals(names(without.pointsWithBaselines()), names(finished.pointsWithBaselines()));
    assertEquals(without.confidence().hypervolume(), finished.confidence().hypervolume());
    assertEquals(7, finished.front().controls().size());
  }

  @Test
  void aThousandTrialsTakeLessThanAMegabyte() throws Exception {
    SweepSnapshot finished = GeneratedSweep.thousand();
    assertEquals(1008, finished.trials().size());
    int bytes = data(finished).toString().getBytes(StandardCharsets.UTF_8).length;
    System.out.printf("data of 1,008 trials: %,d bytes%n", bytes);
    assertTrue(bytes < 1_000_000, bytes + " bytes");
  }

  @Test
  void noWordOfTheDataCanEndItsElement() throws Exception {
    String page = page(small());
    assertEquals(4, count(page, "(?i)</script"), "theme, charts, data, script");
    assertEquals(4, count(page, "(?i)<script[ >]"));
    assertEquals(0, count(dataOf(page), "<"));
    JsonNode failed = JSON.readTree(dataOf(page)).get("trials").findValue("failed");
    assertEquals(EVIL, failed.asText());
  }

  @Test
  void thePageNamesNoAddressToLoad() throws Exception {
    String page = page(small());
    String own = page.replace(between(page, "* Licensed to the Apache", "</script>"), "");
    assertTrue(own.length() < page.length() - 1_000_000, "ECharts is in the page");
    assertFalse(own.contains("http://") || own.contains("https://") || own.contains("src="), own);
    assertTrue(page.contains("Licensed to the Apache Software Foundation"));
  }

  @Test
  void partsAreFilledInOnce() {
    assertEquals(
        "<a>{{b}} $1 \\</a>c",
        Report.filled("<a>{{a}}</a>{{b}}", Map.of("a", "{{b}} $1 \\", "b", "c")));
    assertEquals("&lt;b&gt; &amp;amp;", Report.escaped("<b> &amp;"));
    assertEquals("a = \"<\\/script>\"", Report.inScript("a = \"</script>\""));
  }

  @Test
  void aSweepOfWhichNothingIsOverHasAPageToo() throws Exception {
    String page = page(GeneratedSweep.only(small(), Set.of()));
    JsonNode data = JSON.readTree(dataOf(page));
    assertEquals(18, data.get("planned").asInt());
    assertEquals(0, data.get("trials").size());
  }

  @Test
  void whatHasNoNumberIsNull() {
    assertTrue(Digits.SEVEN.of(Double.NaN).isNull());
    assertTrue(Digits.SEVEN.of(Double.NEGATIVE_INFINITY).isNull());
    assertEquals("2816842", Digits.SEVEN.of(2816842).toString());
    assertEquals("9007199254740992", Digits.SEVEN.of(9007199254740992.0).toString());
    assertEquals("0.4069002", Digits.SEVEN.of(0.4069001976026956).toString());
    assertEquals("1.0E-4", Digits.FIVE.of(0.0001).toString());
  }

  private static SweepSnapshot small() throws Exception {
    return GeneratedSweep.of(SMALL, Map.of(FAILED, EVIL));
  }

  private static StageResult.Done done(SweepSnapshot finished, String id) {
    return (StageResult.Done) Objects.requireNonNull(finished.stages().get(new StageId(id)));
  }

  private static void assertSameMetrics(Metrics metrics, JsonNode names, JsonNode values) {
    for (int m = 0; m < names.size(); m++) {
      double value = metrics.get(names.get(m).asText());
      if (Double.isNaN(value)) {
        assertTrue(values.get(m).isNull());
      } else {
        assertEquals(value, values.get(m).asDouble(), 5e-7 * Math.abs(value));
      }
    }
    assertEquals(metrics.values().size(), names.size());
  }

  private static List<LayerRow> layers(JsonNode data, JsonNode places) {
    JsonNode table = data.get("networks").get(places.get(0).asInt());
    List<LayerRow> rows = new ArrayList<>();
    for (int i = 0; i < table.get("names").size(); i++) {
      List<Integer> shape = new ArrayList<>();
      table.get("shapes").get(i).forEach(side -> shape.add(side.asInt()));
      long weights = table.get("weights").get(i).asLong();
      long macs = table.get("macs").get(i).asLong();
      long nonzero = column(data, places, 1, i);
      rows.add(
          new LayerRow(
              table.get("names").get(i).asText(),
              table.get("kinds").get(i).asText(),
              shape,
              table.get("prunable").get(i).asBoolean(),
              weights,
              nonzero,
              column(data, places, 2, i),
              macs,
              nonzero * (macs / weights), // as the page has it
              data.get("encodings").get((int) column(data, places, 3, i)).asText(),
              column(data, places, 4, i)));
    }
    return rows;
  }

  private static long column(JsonNode data, JsonNode places, int place, int row) {
    return data.get("columns").get(places.get(place).asInt()).get(row).asLong();
  }

  /** How many epochs it has. */
  private static int assertSameCurve(StageResult.Done done, JsonNode data, int place) {
    for (String name : List.of(Metrics.VAL_ACCURACY, Metrics.TRAIN_LOSS)) {
      List<Double> values = new ArrayList<>();
      addCurve(data.get("stages"), place, name, values);
      assertEquals(done.curve().size(), values.size());
      for (int e = 0; e < values.size(); e++) {
        EpochMetrics epoch = done.curve().get(e);
        assertEquals(epoch.metrics().get(name), values.get(e), 1e-4);
      }
    }
    JsonNode curve = data.get("stages").get(place).get("curve");
    assertNull(curve == null ? null : curve.get(Metrics.LEARNING_RATE));
    return done.curve().size();
  }

  private static void addCurve(JsonNode stages, int place, String name, List<Double> values) {
    JsonNode stage = stages.get(place);
    if (stage.has("continues")) {
      addCurve(stages, stage.get("continues").asInt(), name, values);
    }
    if (stage.has("curve")) {
      stage.get("curve").get(name).forEach(value -> values.add(value.asDouble()));
    }
  }

  private static List<String> names(List<Point> points) {
    return points.stream().map(Point::name).toList();
  }

  private static String golden() throws IOException {
    try (InputStream in = ReportTest.class.getResourceAsStream("small.json")) {
      assertNotNull(in);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String dataOf(String page) {
    Matcher data = DATA.matcher(page);
    assertTrue(data.find());
    return data.group(1);
  }

  private static String between(String page, String from, String to) {
    int start = page.indexOf(from);
    return page.substring(start, page.indexOf(to, start));
  }

  private static int count(String text, String pattern) {
    return (int) Pattern.compile(pattern).matcher(text).results().count();
  }

  private static ObjectNode data(SweepSnapshot sweep) throws IOException {
    return ReportData.of(sweep, sweep.confidence(), "espalier 1", "5.5.0");
  }

  private static String page(SweepSnapshot sweep) throws IOException {
    return Report.of(sweep, sweep.confidence(), "espalier 1");
  }
}
