package dev.espalier.workers.measure;

import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.ledger.Encoding;
import dev.espalier.workers.ledger.Encodings;
import dev.espalier.workers.ledger.Entropy;
import dev.espalier.workers.ledger.IntegerEncoding;
import dev.espalier.workers.ledger.IntegerRow;
import dev.espalier.workers.ledger.Zip;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.quantize.QuantizedKernel;
import dev.espalier.workers.stage.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The lengths of a network in all encodings that its numbers allow. */
record Ledger() implements Measurement {
  private static final long serialVersionUID = 1;

  private static final String ZIP = "zip";
  private static final String ENTROPY = "entropy";

  @Override
  public List<Metric> metrics() {
    return Stream.of(
            Encodings.FLOAT32.stream().map(Encoding::word),
            Stream.of(ZIP, ENTROPY, Encodings.FLOAT16.word()),
            Encodings.INT8.stream().map(IntegerEncoding::word))
        .flatMap(words -> words)
        .map(word -> MetricCatalogue.STANDARD.get(Metrics.encodedBytes(word)))
        .toList();
  }

  @Override
  public Map<String, Double> of(Subject subject) {
    State state = subject.state();
    Numbers numbers = numbers(subject);
    Map<String, Double> bytes = new HashMap<>();
    for (Encoding encoding : Encodings.FLOAT32) {
      put(bytes, encoding.word(), length(encoding, state.tensors()));
    }
    put(bytes, ZIP, Zip.encode(state.tensors()).length);
    put(bytes, ENTROPY, Math.ceil(numbers.entropyBits() / Byte.SIZE));
    if (state.precision() instanceof Precision.Float16) {
      put(bytes, Encodings.FLOAT16.word(), length(Encodings.FLOAT16, state.tensors()));
    } else if (state.precision() != null) {
      for (IntegerEncoding encoding : Encodings.INT8) {
        put(bytes, encoding.word(), numbers.length(encoding));
      }
    }
    return bytes;
  }

  private static void put(Map<String, Double> bytes, String word, double length) {
    bytes.put(Metrics.encodedBytes(word), length);
  }

  private static double length(Encoding encoding, List<Tensor> tensors) {
    return tensors.stream().mapToDouble(tensor -> encoding.encode(tensor).length).sum();
  }

  private static Numbers numbers(Subject subject) {
    State state = subject.state();
    IntegerNetwork network = subject.integers();
    if (network != null) {
      return new Numbers(List.of(), IntegerRow.of(network));
    }
    List<Tensor> floats = new ArrayList<>();
    List<IntegerRow> integers = new ArrayList<>();
    for (Tensor tensor : state.tensors()) {
      List<Float> scales = state.kernelScales().get(tensor.name());
      if (scales == null) {
        floats.add(tensor);
      } else {
        integers.add(IntegerRow.of(QuantizedKernel.recovered(tensor, scales)));
      }
    }
    return new Numbers(floats, integers);
  }

  /**
   * All numbers of a network. Where activations are integers, too, batch norm is in the scales and
   * biases.
   */
  private record Numbers(List<Tensor> floats, List<IntegerRow> integers) {
    double entropyBits() {
      double bits = floats.stream().mapToDouble(tensor -> Entropy.bits(tensor.values())).sum();
      for (IntegerRow row : integers) {
        bits += Entropy.bits(NumberType.floats(row.kernel().integers())) + Entropy.bits(row.bias());
      }
      return bits;
    }

    double length(IntegerEncoding encoding) {
      return Ledger.length(Encodings.DENSE, floats)
          + integers.stream().mapToDouble(row -> encoding.encode(row).length).sum();
    }
  }
}
