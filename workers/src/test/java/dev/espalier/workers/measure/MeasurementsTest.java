package dev.espalier.workers.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MeasurementsTest {
  private static final Metrics EVERYTHING =
      new Metrics(
          MetricCatalogue.STANDARD.measured(Metric.Moment.STAGE).stream()
              .collect(Collectors.toMap(Metric::name, metric -> 1.0)));

  /** A measurement that says one thing and does another. */
  private record Odd(List<Metric> metrics) implements Measurement {
    private static final long serialVersionUID = 1;

    @Override
    public Map<String, Double> of(Subject subject) {
      return Map.of("other/name", 1.0);
    }
  }

  @Test
  void theStandardOnesMeasureWhatTheCatalogueHasOfEachStage() {
    Set<Metric> measured =
        Measurements.STANDARD.all().stream()
            .flatMap(each -> each.metrics().stream())
            .collect(Collectors.toSet());
    assertEquals(Set.copyOf(MetricCatalogue.STANDARD.measured(Metric.Moment.STAGE)), measured);
    assertTrue(Measurements.STANDARD.areIn(EVERYTHING));
    assertFalse(Measurements.STANDARD.areIn(Metrics.NONE));
  }

  @Test
  void nothingIsMeasuredWhereNothingIsMissing() throws Exception {
    Subject none = nothing();
    assertEquals(EVERYTHING, Measurements.STANDARD.completed(EVERYTHING, none));
  }

  @Test
  void oneMetricHasOneMeasurement() {
    Measurement again = new Odd(List.of(MetricCatalogue.STANDARD.get(Metrics.MACS_DENSE)));
    String message =
        ""
            + assertThrows(IllegalArgumentException.class, () -> Measurements.STANDARD.with(again))
                .getMessage();
    assertEquals("each metric must have one measurement, found two of macs/dense", message);
  }

  @Test
  void aMeasurementGivesTheMetricsThatItNames() {
    Measurements odd = new Measurements(List.of(new Odd(List.of(toy()))));
    Subject none = nothing();
    String message =
        "" + assertThrows(IllegalStateException.class, () -> odd.of(none)).getMessage();
    assertTrue(message.endsWith("must measure [toy/name], found [other/name]"), message);
  }

  /** No network: anything that is measured of it fails. */
  @SuppressWarnings("NullAway")
  private static Subject nothing() {
    return new Subject(null, null, null, null, null);
  }

  private static Metric toy() {
    return MetricCatalogue.STANDARD.get("toy/name");
  }
}
