package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.results.Latencies;
import dev.espalier.sweep.results.SweepSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The report of a sweep: one self-contained HTML file with the data, the page's own script and
 * style, and ECharts (Apache-2.0), which its webjar brings as a resource. It loads nothing, and its
 * content security policy forbids it to.
 */
public final class Report {
  /** The name of the file in the folder of a sweep. */
  public static final String NAME = "report.html";

  private static final List<String> STYLES = List.of("style.css", "parts.css");

  /** In this order they are one module. */
  private static final List<String> SCRIPTS =
      List.of(
          "format.js",
          "data.js",
          "pareto.js",
          "state.js",
          "theme.js",
          "controls.js",
          "filters.js",
          "front.js",
          "trial.js",
          "studies.js",
          "layers.js",
          "parallel.js",
          "table.js",
          "about.js",
          "main.js");

  /** Those of a page that follows a run: what was chosen on it comes before what shows it. */
  private static final List<String> LIVE_SCRIPTS =
      Stream.concat(SCRIPTS.stream(), Stream.of("live.js")).toList();

  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");
  private static final Pattern SCRIPT_END = Pattern.compile("</(script)", Pattern.CASE_INSENSITIVE);
  private static final String CHARTS = "META-INF/maven/org.webjars/echarts/pom.properties";

  private Report() {}

  /**
   * The whole page, of what is over so far, latency where {@code espalier measure} took it.
   *
   * @param confidence of this sweep
   * @param program what writes it, with its version
   */
  public static String of(SweepSnapshot finished, Confidence confidence, String program)
      throws IOException {
    SweepSnapshot measured = Latencies.beside(finished);
    return page(
        finished.spec().name(), ReportData.of(measured, confidence, program, chartsVersion()));
  }

  /**
   * The page of a sweep that still runs, for a server: it asks {@code state} beside itself what
   * goes on, and loads itself again when that has another version.
   *
   * @param version of what the page shows
   */
  static String live(SweepSnapshot running, Confidence confidence, String program, String version)
      throws IOException {
    SweepSnapshot measured = Latencies.beside(running);
    ObjectNode data = ReportData.of(measured, confidence, program, chartsVersion());
    return page(running.spec().name(), data.put("version", version), LIVE_SCRIPTS, "'self'");
  }

  /** The page of {@link ReportData}. */
  static String page(String title, ObjectNode data) {
    return page(title, data, SCRIPTS, "'none'");
  }

  private static String page(
      String title, ObjectNode data, List<String> scripts, String mayConnectTo) {
    Map<String, String> parts =
        Map.of(
            "title", escaped(title),
            "connect", mayConnectTo,
            "style", resources(STYLES),
            "charts", inScript(charts(chartsVersion())),
            "data", inJson(data.toString()),
            "script", inScript(resources(scripts)));
    return filled(resource("page.html"), parts);
  }

  /** Puts each part into its place, once: what a part holds is never looked at again. */
  static String filled(String page, Map<String, String> parts) {
    return PLACE
        .matcher(page)
        .replaceAll((MatchResult m) -> Matcher.quoteReplacement(part(parts, m.group(1))));
  }

  private static String part(Map<String, String> parts, String name) {
    return Objects.requireNonNull(parts.get(name), () -> "the page has no part " + name);
  }

  /** Text between tags. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /**
   * JSON within a script element, which ends at the first {@code </script} and reads differently
   * after {@code <!--}: without any {@code <} there is neither. In JSON that character stands in
   * strings alone.
   */
  static String inJson(String json) {
    return json.replace("<", "\\u003c");
  }

  /** A script within its element; in scripts {@code </script} stands in strings alone. */
  static String inScript(String script) {
    return SCRIPT_END.matcher(script).replaceAll("<\\\\/$1");
  }

  private static String chartsVersion() {
    try (InputStream in = Report.class.getClassLoader().getResourceAsStream(CHARTS)) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in, CHARTS));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String charts(String version) {
    return resource("/META-INF/resources/webjars/echarts/" + version + "/echarts.min.js");
  }

  private static String resources(List<String> names) {
    return names.stream().map(Report::resource).collect(Collectors.joining("\n"));
  }

  private static String resource(String name) {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(in, () -> "no resource " + name).readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
