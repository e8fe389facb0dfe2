package dev.espalier.sweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.results.SweepSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The page of a sweep that runs, as somebody sees it who has opened it once. */
@Tag("slow")
@EnabledIf(value = "dev.espalier.sweep.report.Browser#isExpected", disabledReason = Browser.NONE)
class FollowedInBrowserTest {
  private static final String PROGRAM = "espalier of a test";
  private static final int SECONDS = 60;

  @Test
  void newTrialsAppearAndFailedOnesSayWhy(@TempDir Path temporary) throws Exception {
    FollowedSweep sweep = FollowedSweep.begunIn(Files.createDirectory(temporary.resolve("sweep")));
    Path profile = Files.createDirectory(temporary.resolve("profile"));
    try (ReportServer server = ReportServer.start(sweep.directory(), 0, PROGRAM);
        Browser browser = new Browser(profile)) {
      browser.size(1280, 900);
      browser.open(server.address());
      awaitText(browser, "0 of 39 trials completed");

      sweep.complete(0, 12);
      awaitText(browser, "12 of 39 trials completed");
      assertTrue(points(browser) > 0, "points are drawn");

      browser.evaluate("document.querySelector('#front input[type=checkbox]').click()");
      String logarithmic = "document.querySelector('#front input[type=checkbox]').checked";
      boolean chosen = browser.evaluate(logarithmic).asBoolean();
      int before = points(browser);
      sweep.complete(12, 20);
      sweep.fail(20, "the loss is not a number at step 7");
      awaitText(browser, "20 of 39 trials completed, 1 failed");
      awaitText(browser, "the loss is not a number at step 7");
      assertTrue(points(browser) > before, "new points are drawn");
      assertEquals(chosen, browser.evaluate(logarithmic).asBoolean(), "what was chosen stays");

      sweep.complete(21, sweep.lines().size());
      awaitText(browser, "38 of 39 trials completed, 1 failed");
      SweepSnapshot finished = SweepSnapshot.read(sweep.directory());
      String report = Report.of(finished, finished.confidence(), PROGRAM);
      assertFalse(browser.evaluate("Boolean(document.getElementById('live'))").asBoolean());
      assertTrue(
          report.contains(browser.evaluate("document.getElementById('data').text").asText()));

      assertTrue(
          browser.requests().stream()
              .allMatch(url -> url.startsWith(server.address()) || url.startsWith("data:")),
          () -> browser.requests().toString());
      assertEquals(List.of(), browser.problems());
    }
  }

  private static int points(Browser browser) throws Exception {
    return browser
        .evaluate(
            "echarts.getInstanceByDom(document.querySelector('#front .chart')).getOption().series"
                + ".filter(one => one.type === 'scatter').reduce((sum, one) => sum + one.data.length, 0)")
        .asInt();
  }

  private static void awaitText(Browser browser, String words) throws Exception {
    long until = System.nanoTime() + SECONDS * 1_000_000_000L;
    String text = "";
    while (System.nanoTime() < until) {
      try {
        text = browser.evaluate("document.body ? document.body.innerText : ''").asText();
      } catch (AssertionError e) {
        text = e.toString(); // The page was just left for the next one.
      }
      if (text.contains(words)) {
        return;
      }
      Thread.sleep(200);
    }
    throw new AssertionError("the page should say " + words + ", found " + text);
  }
}
