package dev.espalier.workers.size;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.CpuTime;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedNetworkTest {
  /**
   * Name, shape and forms of the test tensors, the padding of a record, tables of Huffman codes.
   */
  private static final int OVERHEAD = 60;

  private static Tensor tensor(float... values) {
    return new Tensor("layer/W", Kind.DENSE, List.of(values.length), 1, true, values);
  }

  /**
   * A share of exact zeros; the others any float (k = 0) or one of k values, rare ones among them.
   */
  static float[] values(SplittableRandom random, int size, double sparsity, int k) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      if (random.nextDouble() >= sparsity) {
        int choice = Math.min(random.nextInt(Math.max(k, 1)), random.nextInt(Math.max(k, 1)));
        values[i] = k == 0 ? (float) (random.nextDouble() - 0.5) : 0.001f * (choice + 1);
      }
    }
    return values;
  }

  private static EncodedTensor encoded(float[] values) {
    CompressedNetwork network = CompressedNetwork.encode(List.of(tensor(values)));
    assertSame(List.of(tensor(values)), CompressedNetwork.decode(network.bytes()));
    return network.tensors().get(0);
  }

  static void assertSame(List<Tensor> expected, List<Tensor> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      Tensor one = expected.get(i);
      Tensor other = found.get(i);
      assertEquals(one.name(), other.name());
      assertEquals(one.kind(), other.kind());
      assertEquals(one.shape(), other.shape());
      assertEquals(one.positions(), other.positions());
      assertEquals(one.trainable(), other.trainable());
      assertArrayEquals(bits(one.values()), bits(other.values()), one.name());
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void givesEveryFloatOfRandomNetworksBack() {
    SplittableRandom random = new SplittableRandom(1);
    Set<String> words = new TreeSet<>();
    for (int round = 0; round < 300; round++) {
      List<Tensor> network = new ArrayList<>();
      for (int i = 0; i < random.nextInt(5); i++) {
        double[] sparsities = {0, 0.02, 0.3, 0.5, 0.9, 0.97, 0.999, 1};
        int[] ks = {0, 0, 1, 2, 3, 16, 33, 300};
        int rows = random.nextInt(1, 60);
        int columns = random.nextInt(0, 200);
        float[] values =
            values(random, rows * columns, sparsities[random.nextInt(8)], ks[random.nextInt(8)]);
        network.add(
            new Tensor(
                "block" + i + "/" + (random.nextBoolean() ? "W" : "größe"),
                List.of(Kind.values()).get(random.nextInt(4)),
                List.of(rows, columns),
                random.nextLong(1L << random.nextInt(1, 62)),
                random.nextBoolean(),
                values));
      }
      CompressedNetwork compressed = CompressedNetwork.encode(network);
      assertSame(network, CompressedNetwork.decode(compressed.bytes()));
      assertArrayEquals(compressed.bytes(), CompressedNetwork.encode(network).bytes());
      compressed.tensors().forEach(row -> words.add(row.encoding()));
      long records = compressed.tensors().stream().mapToLong(EncodedTensor::bytes).sum();
      assertEquals(13 + 1 + records, compressed.size());
      assertEquals(compressed.size(), compressed.bytes().length);
    }
    assertEquals(
        Set.of(
            "dense",
            "bitmask",
            "sparse",
            "sparse-huffman",
            "codebook",
            "codebook-huffman",
            "bitmask-codebook",
            "bitmask-codebook-huffman",
            "sparse-codebook",
            "sparse-codebook-huffman"),
        words);
  }

  @Test
  void givesUnusualFloatsBackBitForBit() {
    float[] unusual = {
      -0.0f,
      0,
      Float.intBitsToFloat(0x7fc01234),
      Float.intBitsToFloat(0xffc00001),
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE
    };
    encoded(unusual);
    float[] repeated = new float[5_000];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = unusual[i * i % 8];
    }
    assertTrue(encoded(repeated).encoding().contains("codebook"));
  }

  @Test
  void encodesTheSmallestTensors() {
    encoded(new float[0]);
    encoded(new float[] {0});
    encoded(new float[] {1.5f});
    encoded(new float[] {0, 1.5f});
    assertEquals(0, CompressedNetwork.decode(CompressedNetwork.encode(List.of()).bytes()).size());
    Tensor scalar = new Tensor("a/b", Kind.VECTOR, List.of(), 0, false, new float[] {2});
    assertSame(
        List.of(scalar),
        CompressedNetwork.decode(CompressedNetwork.encode(List.of(scalar)).bytes()));
  }

  @Test
  void storesConstantTensorsOnce() {
    float[] ones = new float[100_000];
    Arrays.fill(ones, 1);
    assertEquals("codebook", encoded(ones).encoding());
    assertTrue(encoded(ones).bytes() <= OVERHEAD);
    assertEquals("sparse", encoded(new float[100_000]).encoding());
    assertTrue(encoded(new float[100_000]).bytes() <= OVERHEAD);
  }

  @Test
  void findsUpTo65536SharedValues() {
    float[] shared = new float[1 << 18];
    for (int i = 0; i < shared.length; i++) {
      shared[i] = 1 + (i & 0xffff);
    }
    assertEquals("codebook", encoded(shared).encoding());
    assertTrue(encoded(shared).bytes() <= 2 * shared.length + 4 * 65_536 + OVERHEAD);
    shared[0] = -1;
    assertEquals("dense", encoded(shared).encoding());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 0, dense",
    "0.5, 0, bitmask",
    "0.9, 0, sparse-huffman",
    "0.99, 0, sparse",
    "0.0, 16, codebook-huffman",
    "0.5, 16, bitmask-codebook-huffman",
    "0.9, 16, sparse-codebook-huffman"
  })
  void choosesTheEncodingThatFits(double sparsity, int k, String word) {
    assertEquals(word, encoded(values(new SplittableRandom(2), 50_000, sparsity, k)).encoding());
  }

  /**
   * The formulas of the literature are upper bounds; the entropy of the values is the lower one.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99})
  void takesNoMoreThanTheFormulasAndNoLessThanTheEntropy(double sparsity) {
    int n = 50_000;
    for (int k : new int[] {0, 1, 2, 16, 32, 256}) {
      float[] values = values(new SplittableRandom(k), n, sparsity, k);
      long stored = 0;
      for (float value : values) {
        stored += value == 0 ? 0 : 1;
      }
      double bytes = encoded(values).bytes();
      assertTrue(bytes <= 4.0 * n + OVERHEAD);
      assertTrue(bytes <= 4.0 * stored + n / 8.0 + OVERHEAD, "bitmask");
      assertTrue(bytes <= 8.0 * stored + OVERHEAD, "CSR with 32-bit indices");
      if (k > 0) {
        int width = 32 - Integer.numberOfLeadingZeros(k - 1);
        int all = 32 - Integer.numberOfLeadingZeros(sparsity == 0 ? k - 1 : k);
        assertTrue(bytes <= all * n / 8.0 + 4 * (k + 1) + OVERHEAD, "codebook");
        assertTrue(bytes <= width * stored / 8.0 + n / 8.0 + 4 * k + OVERHEAD, "sparse codebook");
      }
      // Places and values are independent here, so no code can beat their entropy.
      double bound = entropyBits(values, k) / 8;
      assertTrue(bytes >= bound, () -> bytes + " bytes, entropy " + bound + ", k " + k);
      if (k == 0 || k >= 16) { // Huffman codes spend a whole bit even where two values need less
        assertTrue(bytes <= 1.12 * bound + 8 * k + 2 * OVERHEAD, () -> bytes + " of " + bound);
      }
    }
  }

  /** Least bits for independent values with these frequencies: n H, with 32 bits for any float. */
  private static double entropyBits(float[] values, int k) {
    Map<Float, Integer> counts = new HashMap<>();
    for (float value : values) {
      counts.merge(k == 0 && value != 0 ? 1.0f : value, 1, Integer::sum);
    }
    double bits = 0;
    for (Map.Entry<Float, Integer> entry : counts.entrySet()) {
      int count = entry.getValue();
      bits += count * Math.log((double) values.length / count) / Math.log(2);
      bits += k == 0 && entry.getKey() != 0 ? 32.0 * count : 0;
    }
    return bits;
  }

  @Test
  void encodesElevenMillionWeightsInTheTimeOfThreeSorts() {
    SplittableRandom random = new SplittableRandom(7);
    for (int k : new int[] {0, 16}) {
      float[] weights = values(random, 11_000_000, 0.5, k);
      List<Tensor> network = List.of(tensor(weights));
      // What is sorted is as random whether or not the weights share values.
      double sorts =
          CpuTime.inSorts(
              values(random, 11_000_000, 0.5, 0),
              () ->
                  assertSame(
                      network,
                      CompressedNetwork.decode(CompressedNetwork.encode(network).bytes())));
      assertTrue(sorts < 3, () -> "took as long as " + sorts + " sorts");
    }
  }
}
