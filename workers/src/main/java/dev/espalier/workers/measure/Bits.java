package dev.espalier.workers.measure;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.quantize.Precision;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bits of a network's numbers, on which depends which other metrics it has. */
record Bits() implements Measurement {
  private static final long serialVersionUID = 1;

  @Override
  public List<Metric> metrics() {
    return List.of(
        MetricCatalogue.STANDARD.get(Metrics.BITS_WEIGHTS),
        MetricCatalogue.STANDARD.get(Metrics.BITS_ACTIVATIONS));
  }

  @Override
  public Map<String, Double> of(Subject subject) {
    Precision precision = subject.state().precision();
    return Map.of(
        Metrics.BITS_WEIGHTS,
        weights(precision),
        Metrics.BITS_ACTIVATIONS,
        precision instanceof Precision.Int8 ? 8.0 : 32.0);
  }

  private static double weights(@Nullable Precision precision) {
    if (precision == null) {
      return 32;
    }
    return precision instanceof Precision.Float16 ? 16 : 8;
  }
}
