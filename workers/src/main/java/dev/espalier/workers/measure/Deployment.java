package dev.espalier.workers.measure;

import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.model.TensorFlowPadding;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.tflite.TfliteModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a network takes on a device: its files for TensorFlow Lite, and the memory that it computes
 * in. NaN where no table expresses the network, or TensorFlow Lite cannot compute one of its rows.
 */
record Deployment() implements Measurement {
  private static final long serialVersionUID = 1;

  @Override
  public List<Metric> metrics() {
    return Stream.of(
            Metrics.SIZE_TFLITE_BYTES,
            Metrics.ARENA_BYTES,
            Metrics.SIZE_TFLITE_INT8_BYTES,
            Metrics.ARENA_INT8_BYTES,
            Metrics.SIZE_TFLM_COMPRESSED_BYTES,
            Metrics.ARENA_COMPRESSED_BYTES,
            Metrics.FLASH_BYTES,
            Metrics.RAM_BYTES)
        .map(MetricCatalogue.STANDARD::get)
        .toList();
  }

  @Override
  public Map<String, Double> of(Subject subject) {
    Map<String, Double> found = new HashMap<>();
    Costs floats = floats(subject);
    found.put(Metrics.SIZE_TFLITE_BYTES, floats.file());
    found.put(Metrics.ARENA_BYTES, floats.arena());
    Costs deployed = floats;
    IntegerNetwork integers = subject.integers();
    if (integers != null) {
      TfliteModel model = TfliteModel.of(integers);
      deployed = Costs.of(model);
      found.put(Metrics.SIZE_TFLITE_INT8_BYTES, deployed.file());
      found.put(Metrics.ARENA_INT8_BYTES, deployed.arena());
      Costs compressed = Costs.of(model.compressed());
      found.put(Metrics.SIZE_TFLM_COMPRESSED_BYTES, compressed.file());
      found.put(Metrics.ARENA_COMPRESSED_BYTES, compressed.arena());
    }
    found.put(Metrics.FLASH_BYTES, deployed.file());
    found.put(Metrics.RAM_BYTES, deployed.wholeArena());
    return found;
  }

  private static Costs floats(Subject subject) {
    WeightedNetwork weighted;
    try {
      weighted = subject.network().weighted();
    } catch (InexpressibleException e) {
      return Costs.UNKNOWN;
    }
    return TensorFlowPadding.problems(weighted.network()).isEmpty()
        ? Costs.of(TfliteModel.of(weighted, subject.data().normalization().channels()))
        : Costs.UNKNOWN;
  }

  private record Costs(double file, double arena, double wholeArena) {
    static final Costs UNKNOWN = new Costs(Double.NaN, Double.NaN, Double.NaN);

    static Costs of(TfliteModel model) {
      return new Costs(model.fileBytes(), model.arenaBytes(), model.wholeArenaBytes());
    }
  }
}
