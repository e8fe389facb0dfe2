package dev.espalier.sweep.mlflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.trackingserver.Limits;
import dev.espalier.workers.facts.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A view of the charts that show a sweep best, as MLflow's UI stores views: a tag of the
 * experiment. The form is documented nowhere. It is that of MLflow's own page, which up to 3.14
 * takes the tag's JSON for its whole state, so that every field of the state must be there. From
 * 3.15 on the page also lists views in a menu, those whose JSON has a name, a time and the state as
 * text. One JSON serves both.
 *
 * @param key what links name it by
 * @param name what the menu names it by
 * @param filter of the runs that it draws, in MLflow's search language
 */
record ChartView(String key, String name, String filter) {
  /** Trials have a parent and the sweep has none, which would stand in legends without a point. */
  static final List<ChartView> ALL =
      List.of(
          new ChartView("espalier", "Sweep: all trials", "tags.`mlflow.parentRunId` != ''"),
          new ChartView("espalier-front", "Sweep: Pareto front", "tags.pareto = 'true'"));

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECTION = "espalier-sweep";

  /** The number of runs that MLflow draws; more make its charts slow. */
  private static final int RUNS = 500;

  private static final String NUMBERS = "grid/";

  /**
   * Parameters that are a number or none. MLflow's parallel coordinates leave out rows that have a
   * word where most have a number, or the other way round, so these have a metric to draw.
   */
  private static final List<String> NUMBERS_OR_NONE = List.of("centroids");

  private static final List<String> PARAMETERS = List.of("sparsity", "scope", "fine_tune_epochs");

  /** Metrics that stand for parameters in charts, by name; 0 where the parameter is none. */
  static Map<String, Double> numbers(Map<String, ? extends @Nullable Object> parameters) {
    Map<String, Double> numbers = new TreeMap<>();
    for (String name : NUMBERS_OR_NONE) {
      if (parameters.containsKey(name)) {
        Object value = parameters.get(name);
        numbers.put(NUMBERS + name, value instanceof Number number ? number.doubleValue() : 0.0);
      }
    }
    return numbers;
  }

  /** The name of the tag that holds it. */
  String tag() {
    return "mlflow.sharedViewState." + key;
  }

  /** Where it is, from any page of the UI. */
  String link(String experiment) {
    return "#/experiments/" + experiment + "/runs?compareRunsMode=CHART&viewStateShareKey=" + key;
  }

  /** Whether {@code value} of {@link #tag} is of the first form, which MLflow's page fails on. */
  static boolean isOutdated(String value) {
    return !value.contains("\"runsPinned\"") && !value.contains("\"createdAt\"");
  }

  /** The value of {@link #tag} for an experiment of {@code sweep}. */
  String json(TrackedSweep sweep) {
    ObjectNode state = state(sweep.primaryMetric(), sweep.costMetric(), sweep.chartedCosts());
    String raw = state.toString();
    state.put("name", name).put("createdAt", sweep.startMillis()).put("state", compressed(raw));
    String both = state.toString();
    return both.length() <= Limits.EXPERIMENT_TAG_CHARS ? both : raw;
  }

  /** As MLflow's page compresses a state: a mark, then zlib's format in Base64. */
  private static String compressed(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate = new DeflaterOutputStream(bytes)) {
      deflate.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes all that is written", e);
    }
    return "deflate;" + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private ObjectNode state(String accuracy, String cost, List<String> charted) {
    ObjectNode view = JSON.createObjectNode();
    view.put("searchFilter", filter).put("orderByKey", "metrics.`" + accuracy + "`");
    view.put("orderByAsc", false).put("startTime", "ALL").put("lifecycleFilter", "Active");
    view.put("modelVersionFilter", "All Runs").putArray("datasetsFilter");
    ArrayNode columns = view.putArray("selectedColumns");
    Stream.of(accuracy, cost).forEach(metric -> columns.add("metrics.`" + metric + "`"));
    Stream.concat(PARAMETERS.stream(), NUMBERS_OR_NONE.stream())
        .forEach(parameter -> columns.add("params.`" + parameter + "`"));
    columns.add("tags.`pareto`").add("tags.`knee`");
    addDefaults(view);
    ObjectNode section = view.putArray("compareRunSections").addObject();
    section.put("uuid", SECTION).put("name", name).put("display", true).put("columns", 2);
    section.put("isReordered", true).put("deleted", false).put("isGenerated", false);

    ArrayNode charts = view.putArray("compareRunCharts");
    charted.forEach(x -> scatter(charts, x, accuracy));
    ObjectNode parallel = chart(charts, "PARALLEL", "Parameters, size and accuracy");
    PARAMETERS.forEach(parallel.putArray("selectedParams")::add);
    ArrayNode metrics = parallel.putArray("selectedMetrics");
    NUMBERS_OR_NONE.forEach(parameter -> metrics.add(NUMBERS + parameter));
    metrics.add(charted.get(0)).add(accuracy);
    parallel.put("showAllRuns", true);
    line(charts, accuracy);
    line(charts, Metrics.TRAIN_LOSS);
    return view;
  }

  /** The state of a fresh page, which fails without it. */
  private static void addDefaults(ObjectNode view) {
    view.putObject("runsExpanded");
    view.putArray("runsPinned");
    view.putArray("runsHidden");
    view.putObject("runsVisibilityMap");
    view.put("runsHiddenMode", "SHOW_ALL").put("viewMaximized", false).put("runListHidden", false);
    // Sections that were not put into order by hand are sorted anew, and the last is drawn twice.
    view.put("isAccordionReordered", true).putNull("groupBy").putObject("groupsExpanded");
    view.put("autoRefreshEnabled", true).put("useGroupedValuesInCharts", true);
    view.put("hideEmptyCharts", true).put("chartsSearchFilter", "");
    view.putObject("globalLineChartConfig")
        .put("xAxisKey", "step")
        .put("lineSmoothness", 0)
        .put("selectedXAxisMetricKey", "");
  }

  private static void scatter(ArrayNode charts, String x, String y) {
    ObjectNode scatter = chart(charts, "SCATTER", y + " against " + x);
    scatter.putObject("xaxis").put("key", x).put("type", "METRIC");
    scatter.putObject("yaxis").put("key", y).put("type", "METRIC");
  }

  private static void line(ArrayNode charts, String metric) {
    ObjectNode line = chart(charts, "LINE", metric + " by step");
    line.put("metricKey", metric).putArray("selectedMetricKeys").add(metric);
    line.put("xAxisKey", "step").put("lineSmoothness", 0);
  }

  private static ObjectNode chart(ArrayNode charts, String type, String title) {
    ObjectNode chart = charts.addObject();
    chart.put("uuid", "espalier-chart-" + charts.size()).put("type", type);
    chart.put("displayName", title).put("metricSectionId", SECTION);
    chart.put("runsCountToCompare", RUNS).put("deleted", false).put("isGenerated", false);
    return chart;
  }
}
