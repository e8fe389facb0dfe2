package dev.espalier.workers.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.CpuTime;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.NumberFormat;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.Lowering;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.ledger.Encoding;
import dev.espalier.workers.ledger.Encodings;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.random.Draw;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.QuantizeParameters;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.tflite.TfliteModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Network NETWORK = Nets.everything();
  private static final QuantizedNets QUANTIZED = QuantizedNets.drawn(NETWORK, 8, 1);
  private static final State FLOATS =
      new State(NETWORK, Nets.values(NETWORK, 1), Map.of(), Set.of(), null, List.of());

  @SuppressWarnings("NullAway") // lengths need neither an engine nor the file
  private static Map<String, Double> measured(State state) throws Exception {
    Dataset data = Datasets.load(new DataSource("shapes", null, 64, 32, 12), null);
    return new Ledger().of(new Subject(null, data, state, null, null));
  }

  private static double of(Map<String, Double> measured, String word) {
    return Objects.requireNonNull(measured.get(Metrics.encodedBytes(word)), word);
  }

  private static long values(State state) {
    return state.tensors().stream().mapToLong(tensor -> tensor.values().length).sum();
  }

  private static long vectorBytes(State state) {
    return 4
        * state.tensors().stream()
            .filter(tensor -> !tensor.kind().isKernel())
            .mapToLong(tensor -> tensor.values().length)
            .sum();
  }

  @Test
  void sumsUpTheLengthsOfAllParameters() throws Exception {
    Map<String, Double> measured = measured(FLOATS);
    assertEquals(4.0 * values(FLOATS), of(measured, "dense"));
    for (Encoding encoding : Encodings.FLOAT32) {
      double sum = 0;
      for (Tensor tensor : FLOATS.tensors()) {
        sum += encoding.encode(tensor).length;
      }
      assertEquals(sum, of(measured, encoding.word()));
    }
    assertTrue(of(measured, "entropy") < of(measured, "zip"));
    assertEquals(Encodings.FLOAT32.size() + 2, measured.size(), measured.toString());
  }

  @Test
  void eachPrecisionHasMetricsOfItsOwn() throws Exception {
    assertEquals(names(32), measured(FLOATS).keySet());
    State halves = new QuantizeParameters(NumberFormat.FLOAT16).apply(FLOATS, 0);
    assertEquals(names(16), measured(halves).keySet());
    assertEquals(2.0 * values(halves), of(measured(halves), "float16"));
    State weights = new QuantizeParameters(NumberFormat.INT8_WEIGHTS).apply(FLOATS, 0);
    assertEquals(names(8), measured(weights).keySet());
  }

  private static Set<String> names(int bits) {
    Metrics weights = new Metrics(Map.of(Metrics.BITS_WEIGHTS, (double) bits));
    return Set.copyOf(
        new Ledger()
            .metrics().stream()
                .filter(metric -> metric.appliesTo(weights))
                .map(Metric::name)
                .toList());
  }

  @Test
  void weightsOfEightBitsHaveScalesAndVectorsOfFloats() throws Exception {
    State state = new QuantizeParameters(NumberFormat.INT8_WEIGHTS).apply(FLOATS, 0);
    long scales = state.kernelScales().values().stream().mapToLong(List::size).sum();
    long kernels = values(state) - vectorBytes(state) / 4;
    Map<String, Double> measured = measured(state);
    assertEquals(kernels + 4.0 * scales + vectorBytes(state), of(measured, "int8"));
    assertTrue(of(measured, "int8_huffman") >= of(measured, "entropy"));
  }

  /** Batch norm is in the scales and biases of the integer network, and nowhere else. */
  @Test
  void arithmeticOfEightBitsHasTheParametersOfTheIntegerNetwork() throws Exception {
    State state = FLOATS.quantized(QUANTIZED.weighted().tensors(), QUANTIZED.precision());
    Dataset data = Datasets.load(new DataSource("shapes", null, 64, 32, 12), null);
    Precision.Int8 precision = QUANTIZED.precision();
    long bytes = 0;
    for (IntegerOp op :
        Lowering.of(QUANTIZED.weighted(), precision, data.normalization().channels()).ops()) {
      if (op instanceof IntegerOp.Convolution convolution) {
        bytes += convolution.weights().length + 8L * convolution.bias().length;
      } else if (op instanceof IntegerOp.Dense dense) {
        bytes += dense.weights().length + 4 + 4L * dense.bias().length;
      }
    }
    Map<String, Double> measured = measured(state);
    assertEquals((double) bytes, of(measured, "int8"));
    assertTrue(of(measured, "int8_huffman") >= of(measured, "entropy"));
    assertEquals(4.0 * values(state), of(measured, "dense"));
  }

  /** A ResNet18 of full width, whose kernels compress least, is in all encodings and all files. */
  @Test
  @Tag("slow")
  void elevenMillionWeightsTakeNoLongerThanFifteenSorts() throws Exception {
    Network network = Widths.network("resnet18", "1.0", 32, 3);
    State floats =
        new State(network, Widths.values(network, 3), Map.of(), Set.of(), null, List.of());
    assertTrue(values(floats) > 11_000_000);
    Map<String, Affine> activations = new HashMap<>();
    Lowering.observed(network).forEach(row -> activations.put(row, new Affine(0.1f, 0)));
    Dataset data = Datasets.load(new DataSource("shapes", null, 64, 32, 12), null);
    float[] as = new float[11_000_000];
    Draw draw = Draw.of(1);
    for (int i = 0; i < as.length; i++) {
      as[i] = (float) draw.between(-1.0, 1.0);
    }
    double sorts = CpuTime.inSorts(as, () -> quantizedAndMeasured(floats, activations, data));
    assertTrue(sorts < 15, () -> "took as long as " + sorts + " sorts");
  }

  @SuppressWarnings("NullAway") // lengths need no engine
  private static void quantizedAndMeasured(
      State floats, Map<String, Affine> activations, Dataset data) {
    State kernels = new QuantizeParameters(NumberFormat.INT8_WEIGHTS).apply(floats, 0);
    State state =
        floats.quantized(
            kernels.tensors(), new Precision.Int8(kernels.kernelScales(), activations));
    CompressedNetwork encoded = CompressedNetwork.encode(state.tensors(), state.kernelScales());
    Subject subject = new Subject(null, data, state, encoded, null);
    Map<String, Double> lengths = new Ledger().of(subject);
    assertTrue(of(lengths, "int8") > 11_000_000);
    TfliteModel model = TfliteModel.of(subject.integers());
    assertTrue(model.fileBytes() > of(lengths, "int8"));
    assertTrue(model.compressed().wholeArenaBytes() > 0);
    assertTrue(new NetworkSize().of(subject).get(Metrics.SIZE_COMPRESSED_BYTES) > 0);
  }
}
