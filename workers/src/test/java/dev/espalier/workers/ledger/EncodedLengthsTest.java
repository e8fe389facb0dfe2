package dev.espalier.workers.ledger;

import static dev.espalier.workers.ledger.DrawnTensors.integers;
import static dev.espalier.workers.ledger.DrawnTensors.kernel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import dev.espalier.workers.quantize.QuantizedKernel;
import dev.espalier.workers.random.Draw;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lengths against the formulas of the literature, break-even points and the entropy. */
class EncodedLengthsTest {
  private static final List<Integer> LARGE = List.of(100, 300, 3, 3);
  private static final int N = 270_000;

  private static Map<String, Integer> lengths(Tensor tensor) {
    Map<String, Integer> lengths = new TreeMap<>();
    Encodings.FLOAT32.forEach(e -> lengths.put(e.word(), e.encode(tensor).length));
    return lengths;
  }

  private static Map<String, Integer> lengths(byte[] integers) {
    IntegerRow row = IntegerRow.of(new QuantizedKernel(integers, List.of(0.5f)));
    Map<String, Integer> lengths = new TreeMap<>();
    Encodings.INT8.forEach(e -> lengths.put(e.word(), e.encode(row).length));
    return lengths;
  }

  private static int of(Map<String, Integer> lengths, String word) {
    return Objects.requireNonNull(lengths.get(word), word);
  }

  private static long stored(Tensor tensor) {
    long stored = 0;
    for (float value : tensor.values()) {
      stored += value == 0 ? 0 : 1;
    }
    return stored;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 0.5, 0.9, 0.99, 1})
  void lengthsAreThoseOfTheFormulas(double sparsity) {
    for (int k : new int[] {1, 16, 30, 256}) {
      Tensor tensor = kernel(Draw.of(k), Kind.CONVOLUTION, LARGE, sparsity, k);
      long stored = stored(tensor);
      int values = (sparsity < 1 ? k : 0) + (sparsity > 0 ? 1 : 0);
      Map<String, Integer> lengths = lengths(tensor);
      assertEquals(4 * N, of(lengths, "dense"));
      assertEquals(8 * stored + 4 * 101, of(lengths, "csr32"));
      assertEquals(6 * stored + 4 * 101, of(lengths, "csr16"));
      assertEquals(4 * stored + N / 8, of(lengths, "bitmask"));
      long header = values < 128 ? 2 : 3;
      long indices = (N * width(values) + 7) / 8;
      assertEquals(indices + 4L * values + header, of(lengths, "codebook"));
      long nonZero = sparsity < 1 ? k : 0;
      long table = stored == 0 ? 1 : 4 * nonZero + (nonZero < 128 ? 2 : 3);
      long own = (stored * width((int) nonZero) + 7) / 8;
      assertEquals(own + table + N / 8, of(lengths, "sparse_codebook"));
    }
  }

  private static long width(int values) {
    return values <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(values - 1);
  }

  /** Each gap of 256 zeros or more costs a filler, and for dense layers of 32 or more. */
  @Test
  void relativeIndicesFillLongGaps() {
    float[] values = new float[1_000];
    values[255] = 1; // 255 zeros before it
    values[512] = 2; // 256
    values[999] = 3; // 486
    Tensor convolution = new Tensor("a/W", Kind.CONVOLUTION, List.of(1_000), 1, true, values);
    assertEquals(5 * (1 + 2 + 2), of(lengths(convolution), "relative_index"));
    Tensor dense = new Tensor("a/W", Kind.DENSE, List.of(1_000), 1, true, values);
    int stored = 255 / 32 + 1 + 256 / 32 + 1 + 486 / 32 + 1;
    assertEquals((37 * stored + 7) / 8, of(lengths(dense), "relative_index"));
    values[999] = 0;
    assertEquals(5 * 3, of(lengths(convolution), "relative_index"), "zeros at the end");
  }

  /** The facts: CSR pays from s = .5 and 1/3 on, a bitmask from 1/32, of integers from 1/8. */
  @ParameterizedTest
  @CsvSource({"csr32, 0.5", "csr16, 0.33333", "bitmask, 0.03125"})
  void sparseEncodingsPayFromTheirBreakEvenPointsOn(String word, double point) {
    for (double off : new double[] {-0.01, 0.01}) {
      Tensor tensor = kernel(Draw.of(1), Kind.CONVOLUTION, LARGE, point + off, 0);
      Map<String, Integer> lengths = lengths(tensor);
      assertEquals(off > 0, of(lengths, word) < of(lengths, "dense"), lengths.toString());
    }
  }

  @Test
  void aBitmaskOfIntegersPaysFromAnEighthOn() {
    for (double off : new double[] {-0.01, 0.01}) {
      Map<String, Integer> lengths = lengths(integers(Draw.of(2), N, 0.125 + off));
      assertEquals(N + 4, of(lengths, "int8"));
      assertEquals(off > 0, of(lengths, "int8_bitmask") < of(lengths, "int8"), "" + lengths);
    }
  }

  /** The example of MobileNetV2's size: megabytes of 2,236,682 weights. */
  @ParameterizedTest
  @CsvSource({"0.9, 8.95, 1.79, 1.17, 0.50, 0.39, 0.24", "0.5, 8.95, 8.95, 4.75, 1.40, 0.84, 0"})
  void theExampleOfTheLiteratureIsMet(
      double sparsity,
      double dense,
      double csr32,
      double bitmask,
      double int8,
      double sixteen,
      double entropy) {
    List<Integer> shape = List.of(2, 1_118_341);
    Tensor random = kernel(Draw.of(9), Kind.CONVOLUTION, shape, sparsity, 0);
    Map<String, Integer> lengths = lengths(random);
    assertMegabytes(dense, of(lengths, "dense"));
    assertMegabytes(csr32, of(lengths, "csr32"));
    assertMegabytes(bitmask, of(lengths, "bitmask"));
    byte[] integers = integers(Draw.of(9, 1), 2_236_682, sparsity);
    assertMegabytes(int8, of(lengths(integers), "int8_bitmask"));
    Tensor clustered = kernel(Draw.of(9, 2), Kind.CONVOLUTION, shape, sparsity, 16);
    assertMegabytes(sixteen, of(lengths(clustered), "sparse_codebook"));
    if (entropy > 0) {
      assertMegabytes(entropy, Entropy.bits(clustered.values()) / 8);
    }
  }

  /** Within a percent, or the rounding of the second decimal where that is more. */
  private static void assertMegabytes(double expected, double bytes) {
    assertEquals(expected, bytes / 1e6, Math.max(0.01 * expected, 0.0051));
  }

  @Test
  void entropyIsTheSumOverFrequencies() {
    assertEquals(0, Entropy.bits(new float[0]));
    assertEquals(0, Entropy.bits(new float[] {2, 2, 2}));
    assertEquals(2, Entropy.bits(new float[] {0, -0.0f}), 1e-12);
    assertEquals(4 * 1.5, Entropy.bits(new float[] {1, 1, 2, 3}), 1e-12);
    assertEquals(256 * 8, Entropy.bits(IntStream.range(0, 256).toArray()), 1e-9);
  }

  /** Where values are drawn independently, places tell a coder nothing. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.6, 0.9, 0.99})
  void nothingIsBelowTheEntropy(double sparsity) {
    for (int k : new int[] {0, 1, 2, 16, 100}) {
      for (Kind kind : List.of(Kind.CONVOLUTION, Kind.DENSE)) {
        Tensor tensor = kernel(Draw.of(k), kind, List.of(20, 2_000), sparsity, k);
        double entropy = Entropy.bits(tensor.values()) / 8;
        lengths(tensor).forEach((word, bytes) -> assertTrue(bytes >= entropy, word));
        assertTrue(Zip.encode(List.of(tensor)).length >= entropy, "zip");
        double huffman = of(lengths(tensor), "huffman");
        if (k >= 16 && sparsity < 0.6) { // each code has a whole bit at least
          assertTrue(huffman <= 1.03 * entropy + 4 * k + 40, huffman + " of " + entropy);
        }
      }
    }
    byte[] integers = integers(Draw.of(4), 40_000, sparsity);
    double entropy = Entropy.bits(NumberType.floats(integers)) / 8;
    lengths(integers).forEach((word, bytes) -> assertTrue(bytes >= entropy, word));
  }
}
