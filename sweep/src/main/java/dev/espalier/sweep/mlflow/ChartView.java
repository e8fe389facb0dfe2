package dev.espalier.sweep.mlflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A view of the charts that show a sweep best, as MLflow's UI shares views: a tag of the
 * experiment. The form is that of MLflow 3's own page and documented nowhere, so a version that
 * reads it otherwise shows its standard charts.
 */
final class ChartView {
  private static final String KEY = "espalier";
  static final String TAG = "mlflow.sharedViewState." + KEY;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECTION = "espalier-sweep";

  /** What MLflow draws; more than these make its charts slow. */
  private static final int RUNS = 500;

  private static final List<String> AXES =
      List.of("sparsity", "scope", "fine_tune_epochs", "centroids");

  private ChartView() {}

  /** Where the view is, from any page of the UI. */
  static String link(String experiment) {
    return "#/experiments/" + experiment + "/runs?compareRunsMode=CHART&viewStateShareKey=" + KEY;
  }

  /** The value of {@link #TAG}. */
  static String json(String accuracy, String cost) {
    ObjectNode view = JSON.createObjectNode();
    view.put("searchFilter", "").put("orderByKey", "metrics.`" + accuracy + "`");
    view.put("orderByAsc", false).put("startTime", "ALL").put("lifecycleFilter", "Active");
    view.put("modelVersionFilter", "All Runs").putArray("datasetsFilter");
    ArrayNode columns = view.putArray("selectedColumns");
    columns.add("metrics.`" + accuracy + "`").add("metrics.`" + cost + "`");
    AXES.forEach(axis -> columns.add("params.`" + axis + "`"));
    columns.add("tags.`pareto`").add("tags.`knee`");
    view.put("runsHiddenMode", "SHOW_ALL").put("hideEmptyCharts", true);
    // Sections that were not put into order by hand are sorted anew, and the last is drawn twice.
    view.put("isAccordionReordered", true);
    ObjectNode section = view.putArray("compareRunSections").addObject();
    section.put("uuid", SECTION).put("name", "Sweep").put("display", true);
    section.put("isReordered", true).put("deleted", false).put("isGenerated", false);

    ArrayNode charts = view.putArray("compareRunCharts");
    scatter(charts, cost + "_log10", accuracy);
    scatter(charts, "macs/nonzero", accuracy);
    ObjectNode parallel = chart(charts, "PARALLEL", "Parameters, size and accuracy");
    AXES.forEach(parallel.putArray("selectedParams")::add);
    parallel.putArray("selectedMetrics").add(cost + "_log10").add(accuracy);
    parallel.put("showAllRuns", true);
    line(charts, accuracy);
    line(charts, "train/loss");
    return view.toString();
  }

  private static void scatter(ArrayNode charts, String x, String y) {
    ObjectNode scatter = chart(charts, "SCATTER", y + " against " + x);
    scatter.putObject("xaxis").put("key", x).put("type", "METRIC");
    scatter.putObject("yaxis").put("key", y).put("type", "METRIC");
  }

  private static void line(ArrayNode charts, String metric) {
    ObjectNode line = chart(charts, "LINE", metric + " by epoch");
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
