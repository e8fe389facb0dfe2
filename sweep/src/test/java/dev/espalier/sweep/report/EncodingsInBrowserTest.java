package dev.espalier.sweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.MetricUnit;
import dev.espalier.workers.facts.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The encodings of the committed sweep's networks, as its page shows them. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf(value = "dev.espalier.sweep.report.Browser#isExpected", disabledReason = Browser.NONE)
class EncodingsInBrowserTest {
  private static final String PRUNED_INT8 =
      "resnet18-w0.25-s0.9-flat-poly2-from0.5-ft0-k16-int8-seed1";

  private Browser browser;
  private SweepSnapshot sweep;
  private Path page = Path.of("");

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    browser = new Browser(Files.createDirectory(folder.resolve("profile")));
    browser.size(1500, 4200);
    sweep = SweepSnapshot.read(RunDirectory.existing("../docs/cifar10-pruning"));
    String text = Report.of(sweep, sweep.confidence(), "espalier 1");
    page = Files.writeString(folder.resolve("page.html"), text);
  }

  @AfterAll
  void stop() {
    browser.close();
  }

  /** Of those that treat all layers alike, so without the .esp file. */
  @Test
  void aFilterTellsWhichEncodingIsTheSmallestOfHowManyTrials() throws Exception {
    browser.open(page, "");
    JsonNode chips =
        browser.evaluate(
            "[...document.querySelectorAll('[data-facet=encoding]')].map(chip => chip.textContent)");
    List<String> shown = new ArrayList<>();
    chips.forEach(chip -> shown.add(chip.asText().strip()));
    Map<String, Long> smallest =
        trials().stream()
            .map(trial -> lengths(trial).get(0).metric())
            .collect(Collectors.groupingBy(Metric::heading, TreeMap::new, Collectors.counting()));
    assertTrue(smallest.size() >= 4, smallest.toString());
    assertEquals(
        smallest.entrySet().stream().map(e -> e.getKey() + e.getValue()).toList(),
        shown.stream().sorted().toList());
  }

  @Test
  void aTrialHasItsEncodingsFromTheSmallestToTheLargest() throws Exception {
    browser.open(page, "#trial=" + PRUNED_INT8);
    JsonNode rows =
        browser.evaluate(
            "[...[...document.querySelectorAll('#trial details')].find(part => part.querySelector('summary').textContent === 'Encodings').querySelectorAll('td.text')].map(cell => cell.textContent)");
    TrialResult trial =
        trials().stream().filter(t -> t.name().equals(PRUNED_INT8)).findFirst().orElseThrow();
    List<Length> expected = new ArrayList<>(lengths(trial));
    expected.add(length(trial, MetricCatalogue.STANDARD.get(Metrics.SIZE_COMPRESSED_BYTES)));
    expected.sort(Comparator.comparingDouble(Length::bytes));
    List<String> found = new ArrayList<>();
    rows.forEach(row -> found.add(row.asText()));
    assertEquals(expected.stream().map(each -> each.metric().label()).toList(), found);
  }

  /** Equal points stand in any order. */
  @Test
  void everyEncodingThatSomeTrialHasCanBeTheAxis() throws Exception {
    browser.open(page, "");
    List<Metric> measured =
        encodings().stream()
            .filter(m -> trials().stream().anyMatch(t -> !Double.isNaN(t.metrics().get(m.name()))))
            .toList();
    assertEquals(11, measured.size(), "all but 16-bit floats");
    for (Metric metric : measured) {
      browser.evaluate(
          "(() => { const list = document.querySelector('select[aria-label=across]'); list.selectedIndex = [...list.options].findIndex(o => o.text === '"
              + metric.label()
              + "'); list.dispatchEvent(new Event('change')); })()");
      List<String> drawn = new ArrayList<>();
      browser
          .evaluate(
              "(() => { const names = JSON.parse(document.querySelector('#data').textContent).trials.filter(t => !t.failed).map(t => t.name); return echarts.getInstanceByDom(document.querySelector('#front .chart')).getOption().series.find(s => s.type === 'line').data.map(d => names[d.trial]); })()")
          .forEach(name -> drawn.add(name.asText()));
      Objectives objectives = new Objectives(List.of(Metrics.VAL_ACCURACY), List.of(metric.name()));
      assertEquals(
          sweep.front(objectives).points().stream().map(Point::name).sorted().toList(),
          drawn.stream().sorted().toList(),
          metric.name());
    }
  }

  private record Length(Metric metric, double bytes) {}

  private static Length length(TrialResult trial, Metric metric) {
    return new Length(metric, trial.metrics().get(metric.name()));
  }

  /** Trials that are no controls. */
  private List<TrialResult> trials() {
    return sweep.trials().stream().filter(trial -> trial.control() == null).toList();
  }

  /** The smallest first. */
  private static List<Length> lengths(TrialResult trial) {
    return encodings().stream()
        .map(metric -> length(trial, metric))
        .filter(length -> !Double.isNaN(length.bytes()))
        .sorted(Comparator.comparingDouble(Length::bytes))
        .toList();
  }

  /** Of all parameters in the same way; the entropy is none. */
  private static List<Metric> encodings() {
    return MetricCatalogue.STANDARD.all().stream()
        .filter(metric -> metric.unit() == MetricUnit.BYTES && metric.name().startsWith("size/"))
        .filter(metric -> Metrics.SIZE_DENSE_BYTES.equals(metric.dense()))
        .filter(Metric::objective)
        .filter(metric -> !metric.name().equals(Metrics.SIZE_COMPRESSED_BYTES))
        .toList();
  }
}
