package dev.espalier.sweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.results.SweepSnapshot;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The page as people use it, in a real browser. */
@Tag("slow")
@EnabledIf(value = "dev.espalier.sweep.report.Browser#isExpected", disabledReason = Browser.NONE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportInBrowserTest {
  private static final String CHART =
      "echarts.getInstanceByDom(document.querySelector('#front .chart'))";
  private static final String FAILED = "resnet18-w0.25-s0.9-flat-ft3-k16-seed1";
  private static final String EVIL = "</script><img src=x onerror=alert(1)> & {{data}}";

  private static final List<String> CHIPS =
      List.of(
          "scope][data-value=flat",
          "method][data-value=prune",
          "fine_tune_epochs][data-value='5'",
          "network][data-value^=res",
          "scope][data-value=flat");

  /** From a click on a chip until what it changed is on the screen. */
  private static final String FILTER =
      """
      new Promise(done => {
        const start = performance.now();
        document.querySelector("[data-facet=%s]").click();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
      })
      """;

  private static final String SMALL =
      """
      name: small
      dataset: {name: shapes, validation: 500}
      model: {architecture: resnet18, width: 0.25}
      baseline: {epochs: 10, batch: 64, learning-rate: 0.05}
      fine-tune: {learning-rate: 0.005}
      grid:
        sparsity: [0, 0.5, 0.8, 0.9]
        scope: [flat, layerwise]
        fine-tune-epochs: [0, 1, 3]
        centroids: [none, 16]
      """;

  private Browser browser;
  private Path small = Path.of("");
  private Path thousand = Path.of("");
  private SweepSnapshot sweep;
  private SweepSnapshot largeSweep;
  private Path folder = Path.of("");

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    browser = new Browser(Files.createDirectory(folder.resolve("profile")));
    sweep = GeneratedSweep.of(SMALL, Map.of(FAILED, EVIL));
    largeSweep = GeneratedSweep.thousand();
    small = Files.writeString(folder.resolve("small.html"), page(sweep));
    thousand = Files.writeString(folder.resolve("thousand.html"), page(largeSweep));
  }

  @BeforeEach
  void window() throws Exception {
    browser.size(1500, 1000);
    browser.prefers("light");
  }

  @AfterEach
  void nothingWentWrong() throws Exception {
    String words = browser.evaluate("document.body.innerText").asText();
    assertFalse(words.matches("(?s).*\\b(null|undefined|NaN|Infinity)\\b.*"), words);
    assertEquals(List.of(), browser.problems());
    assertEquals(
        1,
        browser.requests().stream().filter(url -> !url.startsWith("data:")).count(),
        () -> browser.requests().toString());
  }

  @AfterAll
  void stop() {
    browser.close();
  }

  @Test
  void theFrontOfThePageIsThatOfTheCommandLine() throws Exception {
    Map<Path, SweepSnapshot> pages = Map.of(small, sweep, thousand, largeSweep);
    for (Path page : pages.keySet()) {
      SweepSnapshot finished = Objects.requireNonNull(pages.get(page));
      browser.open(page, "");
      List<String> drawn = new ArrayList<>();
      frontLine().forEach(name -> drawn.add(name.asText()));
      assertEquals(finished.front().points().stream().map(Point::name).toList(), drawn);
      assertEquals(Objects.requireNonNull(Knee.of(finished.front())).name(), chosen());
    }
  }

  @Test
  void everyPartIsDrawnInLightAndInDark() throws Exception {
    browser.size(1500, 4200);
    for (String scheme : List.of("light", "dark")) {
      browser.prefers(scheme);
      browser.open(small, "");
      BufferedImage page = browser.screenshot();
      int background = page.getRGB(3, 3);
      assertEquals(scheme.equals("dark"), luminance(background) < 0.2, scheme);
      List<String> charts =
          List.of(
              "#front > .chart",
              "#studies figure:nth-of-type(1) .chart",
              "#studies figure:nth-of-type(2) .chart",
              "#layers .chart",
              "#parallel .chart",
              "#trial .chart");
      for (String chart : charts) {
        int colours =
            colours(
                page,
                browser.evaluate(
                    "(() => { const r = document.querySelector('"
                        + chart
                        + "').getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })()"));
        assertTrue(colours > 20, chart + " in " + scheme + " has " + colours + " colours");
      }
      assertTrue(
          browser.evaluate("document.querySelectorAll('#table tbody tr').length").asInt() == 41);
    }
  }

  @Test
  void theSwitchOfColoursWinsOverTheSystem() throws Exception {
    browser.open(small, "");
    int light = browser.screenshot().getRGB(3, 3);
    browser.evaluate("document.querySelector('[data-theme-choice=dark]').click()");
    int dark = browser.screenshot().getRGB(3, 3);
    assertTrue(luminance(dark) < luminance(light));
    browser.open(small, "");
    assertEquals(dark, browser.screenshot().getRGB(3, 3), "is remembered");
    browser.evaluate("document.querySelector('[data-theme-choice=auto]').click()");
    assertEquals(light, browser.screenshot().getRGB(3, 3));
  }

  @Test
  void aClickOnAPointShowsItsTrialAndNamesItInTheAddress() throws Exception {
    browser.size(1500, 4200);
    browser.open(small, "");
    Point other = sweep.front().points().get(sweep.front().points().size() - 2);
    assertNotEquals(other.name(), chosen());
    JsonNode at =
        browser.evaluate(
            "(() => { const chart = %s, point = chart.getOption().series.find(s => s.type === 'line').data.find(d => d.trial === %d), [x, y] = chart.convertToPixel('grid', point.value), box = chart.getDom().getBoundingClientRect(); return [box.x + x, box.y + y]; })()"
                .formatted(
                    CHART,
                    sweep.trials().stream()
                        .filter(TrialResult::completed)
                        .map(TrialResult::name)
                        .toList()
                        .indexOf(other.name())));
    browser.move(at.get(0).asDouble(), at.get(1).asDouble());
    assertTrue(text("#front .tip").contains(other.name()));
    browser.click(at.get(0).asDouble(), at.get(1).asDouble());
    assertEquals(other.name(), chosen());
    assertEquals("#trial=" + other.name(), browser.evaluate("location.hash").asText());
    assertTrue(text("#trial").contains(String.format("%.4f", other.metrics().get("val/accuracy"))));
    assertEquals(
        21,
        browser
            .evaluate("document.querySelectorAll('#trial details:nth-of-type(2) tbody tr').length")
            .asInt());
    assertEquals(
        other.name(),
        browser
            .evaluate("document.querySelector('#table tr[aria-selected=true]').dataset.trial")
            .asText());
  }

  @Test
  void aLinkLeadsToItsTrialAndKeysWalkTheFront() throws Exception {
    List<Point> front = sweep.front().points();
    browser.open(small, "#trial=" + front.get(0).name());
    assertEquals(front.get(0).name(), chosen());
    browser.press("ArrowRight");
    assertEquals(front.get(1).name(), chosen());
    browser.press("ArrowLeft");
    browser.press("ArrowLeft");
    assertEquals(front.get(0).name(), chosen());
    browser.press("/");
    assertEquals("search", browser.evaluate("document.activeElement.type").asText());
    browser.open(small, "#trial=nobody%");
    assertEquals(Objects.requireNonNull(Knee.of(sweep.front())).name(), chosen());
  }

  @Test
  void controlsAreDrawnAndChosenAndAreNoTrialsOfAnyOtherChart() throws Exception {
    SweepSnapshot controlled = GeneratedSweep.of(SMALL + "controls: true\n", Map.of());
    Path page = Files.writeString(folder.resolve("controls.html"), page(controlled));
    List<Point> controls = controlled.front().controls();
    browser.size(1500, 4200);
    browser.open(page, "#trial=" + controls.get(0).name());
    assertEquals(controls.get(0).name(), chosen());
    assertTrue(text("#trial .badges").contains("control: random pruning"));
    String series = CHART + ".getOption().series";
    for (Control kind : Control.values()) {
      assertEquals(
          controls.stream().filter(point -> point.control() == kind).count(),
          browser
              .evaluate(series + ".find(s => s.name === '" + kind.label() + "').data.length")
              .asLong());
    }
    assertEquals(
        2,
        browser.evaluate(series + ".filter(s => s.lineStyle?.type === 'dashed').length").asInt());
    assertTrue(text("#front .note").contains(controls.size() + " controls are drawn"));
    assertEquals(
        controlled.trials().size() - controls.size(),
        browser.evaluate("document.querySelectorAll('#table tbody tr').length").asInt());
  }

  @Test
  void aFailedTrialStandsWithItsReasonAndIsNoMarkup() throws Exception {
    browser.open(small, "#trial=" + FAILED);
    assertTrue(text("#failed").contains(EVIL));
    assertTrue(text("#trial").contains("Failed: " + EVIL));
    assertEquals(0, browser.evaluate("document.images.length").asInt());
    assertTrue(
        text("#summary").startsWith("41 of 42 trials completed, 1 failed"), text("#summary"));
  }

  @Test
  void filtersAxesAndSortingDoWhatTheySay() throws Exception {
    browser.size(1500, 4200);
    browser.open(small, "");
    browser.evaluate("document.querySelector('[data-facet=scope][data-value=layerwise]').click()");
    long layerwise =
        sweep.trials().stream()
            .filter(t -> t.completed() && !"flat".equals(t.parameters().get("scope")))
            .count();
    assertTrue(text("#filters").contains(layerwise + " of 41 trials"), text("#filters"));
    assertEquals(
        layerwise,
        browser.evaluate("document.querySelectorAll('#table tbody tr').length").asLong());
    browser.press("Escape");
    assertEquals(
        41, browser.evaluate("document.querySelectorAll('#table tbody tr').length").asInt());

    browser.evaluate(
        "(() => { const list = document.querySelector('select[aria-label=across]'); list.selectedIndex = [...list.options].findIndex(o => o.text === 'MACs with non-zero weights'); list.dispatchEvent(new Event('change')); })()");
    double previous = 0;
    for (JsonNode name : frontLine()) {
      double macs =
          sweep.trials().stream()
              .filter(t -> t.name().equals(name.asText()))
              .findFirst()
              .orElseThrow()
              .metrics()
              .get("macs/nonzero");
      assertTrue(macs >= previous);
      previous = macs;
    }
    assertTrue(
        text("#front .note").startsWith("Front of the trials and axes shown:"),
        text("#front .note"));

    browser.evaluate("document.querySelector('[data-column=\"test/accuracy\"]').click()");
    double best =
        sweep.trials().stream()
            .filter(t -> t.completed())
            .mapToDouble(t -> t.metrics().get("test/accuracy"))
            .max()
            .orElseThrow();
    assertTrue(text("#table tbody tr").contains(String.format("%.4f", best)));
  }

  @Test
  void whatConfidenceAddsIsShownWhereItIsGiven() throws Exception {
    ObjectNode data = data(sweep);
    String knee = Objects.requireNonNull(Knee.of(sweep.front())).name();
    for (JsonNode row : data.get("trials")) {
      if (row.get("name").asText().equals(knee)) {
        ObjectNode confidence = ((ObjectNode) row).putObject("confidence");
        confidence.putArray("interval").add(0.801).add(0.899);
        confidence.put("over", "images").put("non_dominated", 0.875).put("knee", 0.625);
      }
    }
    browser.open(
        Files.writeString(folder.resolve("confidence.html"), Report.page("small", data)), "");
    assertTrue(text("#trial").contains("0.8010 to 0.8990"), text("#trial"));
    assertTrue(text("#trial .badges").contains("P(on the front) 0.88"), text("#trial .badges"));
    assertTrue(text("#trial .badges").contains("P(knee) 0.63"));
    assertTrue(
        text("#front .note").contains("95 % intervals over 500 validation images; one seed"),
        text("#front .note"));
  }

  @Test
  void aConfigurationOfSeveralSeedsIsOnePointAtTheirMean() throws Exception {
    browser.size(1500, 4200);
    SweepSnapshot seeds = GeneratedSweep.of(SMALL + "seeds: [1, 2, 3]\n", Map.of());
    Path page = folder.resolve("seeds.html");
    String name = "resnet18-w0.25-s0.8-flat-ft1-k16";
    browser.open(Files.writeString(page, page(seeds)), "#trial=" + name + "-seed2");
    assertEquals(name, chosen());
    double mean =
        seeds.trials().stream()
            .filter(trial -> trial.name().startsWith(name + "-seed"))
            .mapToDouble(trial -> trial.metrics().get("val/accuracy"))
            .average()
            .orElseThrow();
    assertTrue(
        text("#trial .figures").startsWith(String.format("%.4f", mean)), text("#trial .figures"));
    assertEquals(
        42, browser.evaluate("document.querySelectorAll('#table tbody tr').length").asInt());
    List<String> drawn = new ArrayList<>();
    frontLine().forEach(point -> drawn.add(point.asText().replaceFirst("-seed1$", "")));
    assertEquals(seeds.front().points().stream().map(Point::name).toList(), drawn);
    assertTrue(
        text("#front .note").startsWith("Bars: 95 % intervals over 3 seeds."),
        text("#front .note"));
    assertTrue(text("#summary").contains("126 of 126 trials completed"));
    assertTrue(text("#summary").endsWith("3 seeds, shown by their means"));
  }

  @Test
  void emptyAndOneTrialSweepsHaveAPage() throws Exception {
    browser.size(1500, 4200);
    SweepSnapshot none = GeneratedSweep.only(sweep, Set.of());
    browser.open(Files.writeString(folder.resolve("none.html"), page(none)), "");
    assertTrue(text("#summary").startsWith("0 of 42 trials completed, 42 left"), text("#summary"));
    assertEquals(
        "No trial is completed yet.",
        browser.evaluate("document.querySelector('#front .chart').dataset.empty").asText());

    SweepSnapshot one = GeneratedSweep.only(sweep, Set.of("resnet18-w0.25-s0-ft0-seed1"));
    browser.open(Files.writeString(folder.resolve("one.html"), page(one)), "");
    assertEquals("resnet18-w0.25-s0-ft0-seed1", chosen());
    assertEquals(1, frontLine().size());
  }

  @Test
  void aThousandTrialsAreThereInASecondAndFilteredInAFifthOfOne() throws Exception {
    List<Double> paints = new ArrayList<>();
    List<Double> drawn = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      browser.open(thousand, "");
      paints.add(
          browser
              .evaluate(
                  "new Promise(done => new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint').forEach(entry => done(entry.startTime))).observe({type: 'paint', buffered: true}))")
              .asDouble());
      drawn.add(
          browser
              .evaluate("performance.getEntriesByName('espalier-drawn')[0].startTime")
              .asDouble());
    }
    List<Double> filters = new ArrayList<>();
    List<Double> work = new ArrayList<>();
    for (int height : List.of(1000, 4200)) { // what is seen is drawn: once the front, once all
      browser.size(1500, height);
      browser.open(thousand, "");
      for (String chip : CHIPS) {
        double before = browser.worked();
        filters.add(browser.evaluate(FILTER.formatted(chip)).asDouble());
        work.add(browser.worked() - before);
      }
    }
    System.out.printf(
        "1,008 trials: page %,d bytes; first paint %s ms; front drawn %s ms; filters %s ms, of work %s ms%n",
        Files.size(thousand), whole(paints), whole(drawn), whole(filters), whole(work));
    // On a machine that others use, the clock tells of them: the best of some, and work alone.
    assertTrue(Collections.min(paints) < 1000, paints.toString());
    assertTrue(Collections.min(drawn) < 1000, drawn.toString());
    assertTrue(median(work) < 200, work.toString());
  }

  /** Names of the trials that the line of the front goes through. */
  private JsonNode frontLine() throws Exception {
    return browser.evaluate(
        "(() => { const names = JSON.parse(document.querySelector('#data').textContent).trials.filter(t => !t.failed).map(t => t.name); return "
            + CHART
            + ".getOption().series.find(s => s.type === 'line').data.map(d => names[d.trial]); })()");
  }

  private String chosen() throws Exception {
    return text("#trial h2");
  }

  private String text(String selector) throws Exception {
    return browser.evaluate("document.querySelector('" + selector + "').innerText").asText();
  }

  private static List<Long> whole(List<Double> values) {
    return values.stream().map(Math::round).toList();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double luminance(int rgb) {
    Color colour = new Color(rgb);
    return (0.2126 * colour.getRed() + 0.7152 * colour.getGreen() + 0.0722 * colour.getBlue())
        / 255;
  }

  /** How many different colours a part of a picture has. */
  private static int colours(BufferedImage page, JsonNode box) {
    Set<Integer> colours = new HashSet<>();
    for (int x = box.get(0).asInt(); x < box.get(0).asInt() + box.get(2).asInt(); x++) {
      for (int y = box.get(1).asInt(); y < box.get(1).asInt() + box.get(3).asInt(); y++) {
        colours.add(page.getRGB(x, y));
      }
    }
    return colours.size();
  }

  private static ObjectNode data(SweepSnapshot sweep) throws IOException {
    return ReportData.of(sweep, sweep.confidence(), "espalier 1", "5.5.0");
  }

  private static String page(SweepSnapshot sweep) throws IOException {
    return Report.of(sweep, sweep.confidence(), "espalier 1");
  }
}
