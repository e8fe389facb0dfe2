package dev.espalier.workers.size;

import static dev.espalier.workers.size.CompressedNetworkTest.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.quantize.QuantizedKernel;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Files of networks whose numbers are not all 32-bit floats. */
class QuantizedFileTest {
  private static final Network NETWORK = Nets.everything();

  /** A kernel of integers, a share of them 0, the others of {@code different} values. */
  static byte[] integers(Draw draw, int size, double sparsity, int different) {
    byte[] integers = new byte[size];
    for (int i = 0; i < size; i++) {
      boolean zero = draw.between(0.0, 1.0) < sparsity;
      integers[i] = (byte) (zero ? 0 : draw.below(different) * (254 / different) - 127);
    }
    return integers;
  }

  static List<Float> scales(Draw draw, int count) {
    List<Float> scales = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scales.add((float) draw.between(1e-6, 0.1));
    }
    return scales;
  }

  /** Tensors of a table whose kernels are integers, with their scales. */
  private static List<Tensor> quantized(int round, Map<String, List<Float>> scales) {
    Draw draw = Draw.of(round);
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : Nets.values(NETWORK, round)) {
      if (tensor.kind().isKernel() && draw.below(4) > 0) {
        List<Float> own = scales(draw, draw.coin() ? 1 : tensor.shape().get(0));
        int size = tensor.values().length;
        byte[] integers = integers(draw, size, draw.below(3) * 0.45, draw.coin() ? 4 : 254);
        tensors.add(tensor.with(new QuantizedKernel(integers, own).values()));
        scales.put(tensor.name(), own);
      } else {
        tensors.add(tensor);
      }
    }
    return tensors;
  }

  private static Map<String, Affine> activations(int round) {
    Map<String, Affine> activations = new HashMap<>();
    Draw draw = Draw.of(round, 1);
    for (int i = 0; i < round; i++) {
      Affine affine = new Affine((float) draw.between(1e-3, 9.0), draw.between(-128, 127));
      activations.put("größe" + draw.below(99), affine);
    }
    return activations;
  }

  private static byte[] file(
      List<Tensor> tensors, Map<String, List<Float>> scales, Precision precision) {
    CompressedNetwork encoded = CompressedNetwork.encode(tensors, scales);
    return NetworkFile.encode(encoded, NETWORK, tensors, Map.of(), precision);
  }

  @Test
  void givesFloatsAndPrecisionBack() {
    for (int round = 0; round < 40; round++) {
      Map<String, List<Float>> scales = new HashMap<>();
      List<Tensor> tensors = quantized(round, scales);
      Precision precision =
          round % 2 == 0
              ? new Precision.Int8Weights(scales)
              : new Precision.Int8(scales, activations(round));
      byte[] file = file(tensors, scales, precision);
      NetworkFile read = NetworkFile.decode(file);
      assertEquals(3, read.version());
      assertEquals(NETWORK, read.table());
      assertEquals(precision, read.precision());
      assertSame(tensors, read.tensors());
      assertSame(tensors, CompressedNetwork.decode(file));
      byte[] first = CompressedNetwork.encode(tensors, scales).bytes();
      assertArrayEquals(first, CompressedNetwork.firstVersion(file));
      assertArrayEquals(file, file(read.tensors(), scales, precision));
    }
    Precision halves = new Precision.Float16();
    byte[] file = file(Nets.values(NETWORK, 1), Map.of(), halves);
    assertEquals(halves, NetworkFile.decode(file).precision());
  }

  /** Files of users must stay readable: these bytes may not change without a new version. */
  @Test
  void theBytesAreWhatTheyWere() {
    Map<String, List<Float>> scales = new HashMap<>();
    List<Tensor> tensors = quantized(3, scales);
    assertEquals(
        "4ca73c5c0f8492e13398c1a4516ecea2ca0eac162280516be5f4242e326a4e17",
        StageId.sha256(file(tensors, scales, new Precision.Int8(scales, activations(5)))));
  }

  @Test
  void choosesTheSmallestFormOfIntegers() {
    Draw draw = Draw.of(3);
    TreeSet<String> words = new TreeSet<>();
    for (double sparsity : new double[] {0, 0.5, 0.9}) {
      for (int different : new int[] {1, 4, 254}) {
        byte[] integers = integers(draw, 40_000, sparsity, different);
        List<Float> scales = scales(draw, 40);
        float[] values = new QuantizedKernel(integers, scales).values();
        Tensor kernel = new Tensor("a/W", Kind.CONVOLUTION, List.of(40, 1_000), 1, true, values);
        CompressedNetwork encoded =
            CompressedNetwork.encode(List.of(kernel), Map.of("a/W", scales));
        assertSame(List.of(kernel), CompressedNetwork.decode(encoded.bytes()));
        words.add(encoded.tensors().get(0).encoding());
        double entropy = entropyBits(integers) / 8;
        assertTrue(encoded.size() >= entropy + 4 * 40, encoded.size() + " of " + entropy);
        assertTrue(encoded.size() <= 40_000 + 4 * 40 + 40, encoded.size() + " bytes");
      }
    }
    assertTrue(words.contains("int8"), words.toString());
    assertTrue(words.contains("int8-codebook"), words.toString());
    assertTrue(words.contains("int8-bitmask"), words.toString());
  }

  private static double entropyBits(byte[] integers) {
    int[] counts = new int[256];
    for (byte integer : integers) {
      counts[integer & 0xff]++;
    }
    double bits = 0;
    for (int count : counts) {
      bits -= count == 0 ? 0 : count * Math.log((double) count / integers.length) / Math.log(2);
    }
    return bits;
  }

  @Test
  void refusesValuesThatAreNoIntegersTimesTheirScale() {
    Tensor kernel = new Tensor("a/W", Kind.DENSE, List.of(2, 1), 1, true, new float[] {1, 0.3f});
    assertRefused(
        "a/W[1]: a quantized weight must be an integer in [-127, 127] times 0.25, found 0.3",
        () -> CompressedNetwork.encode(List.of(kernel), Map.of("a/W", List.of(0.25f))));
    assertRefused(
        "a/W: must have 1 scale or 2, found 3",
        () -> CompressedNetwork.encode(List.of(kernel), Map.of("a/W", List.of(1f, 1f, 1f))));
    Tensor large = kernel.with(new float[] {-0.0f, 128});
    assertRefused(
        "a/W[0]: a quantized weight must be an integer in [-127, 127] times 1.0, found -0.0",
        () -> CompressedNetwork.encode(List.of(large), Map.of("a/W", List.of(1f, 1f))));
    assertRefused(
        "a/W[1]: a quantized weight must be an integer in [-127, 127] times 1.0, found 128.0",
        () -> QuantizedKernel.recovered(large.with(new float[] {0, 128}), List.of(1f)));
    assertRefused(
        "a precision must have the scales of the records, those of [], found those of [a/W]",
        () ->
            file(List.of(kernel), Map.of(), new Precision.Int8Weights(Map.of("a/W", List.of(1f)))));
  }

  @Test
  void refusesDamageEvenUnderARightChecksum() {
    Map<String, List<Float>> scales = new HashMap<>();
    List<Tensor> tensors = quantized(7, scales);
    byte[] file = file(tensors, scales, new Precision.Int8(scales, activations(9)));
    Draw draw = Draw.of(11);
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] content = FileFrame.content(file).rest();
      int last = round % 2 == 0 ? 120 : content.length;
      content[content.length - 1 - draw.below(last)] = (byte) draw.next();
      try {
        NetworkFile.decode(FileFrame.THIRD.around(content));
      } catch (IllegalArgumentException e) {
        assertTrue(String.valueOf(e.getMessage()).contains(", found "), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 500, "refused " + refused);
  }

  private static void assertRefused(String message, Runnable write) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, write::run).getMessage());
  }
}
