package dev.espalier.workers.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricCatalogueTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final MetricCatalogue STANDARD = MetricCatalogue.STANDARD;

  @Test
  void thePageOfMetricsHasItsTable() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")).toList();
    assertEquals(
        STANDARD.all().stream().map(MetricCatalogueTest::row).collect(Collectors.joining("\n")),
        String.join("\n", rows));
  }

  private static String row(Metric metric) {
    String whole = metric.dense() == null ? "" : "; part of `" + metric.dense() + "`";
    Metric.Condition only = metric.only();
    String networks =
        only == null ? "" : "; only where `%s` is %.0f".formatted(only.metric(), only.value());
    return "| `%s` | %s | %s, %s is better%s | %s | %s%s%s |"
        .formatted(
            metric.name(),
            metric.label(),
            metric.unit().word(),
            metric.better() == Metric.Better.MORE ? "more" : "less",
            metric.logarithmic() ? ", by ratio" : "",
            metric.objective() ? "yes" : "no",
            metric.meaning(),
            whole,
            networks);
  }

  @Test
  void nothingOfTheTestSplitMayChoose() {
    for (Metric metric : STANDARD.all()) {
      assertFalse(metric.name().startsWith("test/") && metric.objective(), metric.name());
    }
    assertEquals(Metrics.VAL_ACCURACY, STANDARD.get(Metrics.TEST_ACCURACY).chooser());
  }

  @Test
  void aMetricThatItDoesNotKnowIsAPlainNumberThatIsOnlyShown() {
    Metric unknown = STANDARD.get("newer/metric");
    assertEquals("newer/metric", unknown.label());
    assertEquals(MetricUnit.NUMBER, unknown.unit());
    assertFalse(unknown.objective() || unknown.logarithmic());
  }

  @Test
  void missesInAResultWhatEachStageMeasures() {
    MetricCatalogue three =
        new MetricCatalogue(
            List.of(
                STANDARD.get(Metrics.VAL_LOSS),
                STANDARD.get(Metrics.MACS_DENSE),
                STANDARD.get(Metrics.LATENCY_BATCH1_SECONDS)));
    assertEquals(
        Set.of(Metrics.MACS_DENSE),
        three.missing(new Metrics(Map.of(Metrics.VAL_LOSS, Double.NaN))),
        "what is measured later is not missing, and NaN is a value");
  }

  @Test
  void aMetricOfSomeNetworksIsMissingInTheirResultsAlone() {
    Metric bits = STANDARD.get(Metrics.BITS_WEIGHTS);
    Metric ofEight =
        Metric.of("size/toy_bytes", "toy", MetricUnit.BYTES, Metric.Better.LESS, "")
            .onlyWhere(bits.name(), 8);
    MetricCatalogue two = new MetricCatalogue(List.of(bits, ofEight));
    assertEquals(Set.of(ofEight.name()), two.missing(new Metrics(Map.of(bits.name(), 8.0))));
    assertEquals(Set.of(), two.missing(new Metrics(Map.of(bits.name(), 32.0))));
    assertEquals(Set.of(bits.name()), two.missing(Metrics.NONE));
    assertTrue(problem(ofEight).contains("found bits/weights"), problem(ofEight));
  }

  @Test
  void refusesTwoOfOneNameAndReferencesToNothing() {
    Metric macs = STANDARD.get(Metrics.MACS_NONZERO);
    assertTrue(problem(macs, macs).contains("found macs/nonzero twice"), problem(macs, macs));
    assertTrue(problem(macs).contains("found macs/dense"), problem(macs));
    Metric odd = Metric.of("Odd name", "odd", MetricUnit.COUNT, Metric.Better.LESS, "");
    assertTrue(problem(odd).contains("found Odd name"), problem(odd));
  }

  private static String problem(Metric... metrics) {
    return ""
        + assertThrows(IllegalArgumentException.class, () -> new MetricCatalogue(List.of(metrics)))
            .getMessage();
  }
}
