package dev.espalier.workers.measure;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.ledger.Encoding;
import dev.espalier.workers.ledger.Encodings;
import dev.espalier.workers.ledger.Entropy;
import dev.espalier.workers.ledger.Zip;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.IntegerKernel;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.stage.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The lengths of a network in all encodings. 8-bit arithmetic has an integer of 32 bits for each
 * output channel in place of biases and batch norm, so that is what the encodings of 8-bit integers
 * count there.
 */
record Ledger() implements Measurement {
  private static final long serialVersionUID = 1;

  private static final int BIAS_BYTES = 4;
  private static final String ZIP = "zip";
  private static final String ENTROPY = "entropy";

  @Override
  public List<Metric> metrics() {
    Stream<String> encodings =
        Stream.of(Encodings.FLOAT32, Encodings.int8(Map.of()))
            .flatMap(List::stream)
            .map(Encoding::word);
    return Stream.concat(encodings, Stream.of(ZIP, ENTROPY))
        .map(word -> MetricCatalogue.STANDARD.get(Metrics.encodedBytes(word)))
        .toList();
  }

  @Override
  public Map<String, Double> of(Subject subject) {
    State state = subject.state();
    Map<String, Double> bytes = new HashMap<>();
    for (Encoding encoding : Encodings.FLOAT32) {
      put(bytes, encoding.word(), sum(state, tensor -> encoding.encode(tensor).length));
    }
    put(bytes, ZIP, Zip.encode(state.tensors()).length);
    put(bytes, ENTROPY, Math.ceil(sum(state, tensor -> entropyBits(state, tensor)) / Byte.SIZE));
    if (state.precision() instanceof Precision.Int8
        || state.precision() instanceof Precision.Int8Weights) {
      for (Encoding encoding : Encodings.int8(state.kernelScales())) {
        put(bytes, encoding.word(), sum(state, tensor -> integerBytes(state, tensor, encoding)));
      }
    }
    return bytes;
  }

  private static void put(Map<String, Double> bytes, String word, double length) {
    bytes.put(Metrics.encodedBytes(word), length);
  }

  private static double sum(State state, ToDoubleFunction<Tensor> each) {
    return state.tensors().stream().mapToDouble(each).sum();
  }

  private static double integerBytes(State state, Tensor tensor, Encoding encoding) {
    boolean folded = state.precision() instanceof Precision.Int8;
    if (!tensor.kind().isKernel()) {
      return folded ? 0 : encoding.encode(tensor).length;
    }
    int bias = folded ? BIAS_BYTES * tensor.shape().get(0) : 0;
    return encoding.encode(tensor).length + bias;
  }

  /** Of a kernel of 8-bit integers it is that of the integers, which their channel tells apart. */
  private static double entropyBits(State state, Tensor tensor) {
    List<Float> scales = state.kernelScales().get(tensor.name());
    if (scales != null) {
      return Entropy.bits(IntegerKernel.of(tensor, scales).floats());
    }
    boolean folded = state.precision() instanceof Precision.Int8 && !tensor.kind().isKernel();
    return folded ? 0 : Entropy.bits(tensor.values());
  }
}
