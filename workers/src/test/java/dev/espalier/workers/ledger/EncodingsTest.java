package dev.espalier.workers.ledger;

import static dev.espalier.workers.ledger.DrawnTensors.bits;
import static dev.espalier.workers.ledger.DrawnTensors.integers;
import static dev.espalier.workers.ledger.DrawnTensors.kernel;
import static dev.espalier.workers.ledger.DrawnTensors.parameter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import dev.espalier.workers.quantize.Half;
import dev.espalier.workers.quantize.QuantizedKernel;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** What is encoded comes back, and what cannot have been encoded is refused. */
class EncodingsTest {
  @Test
  void everyEncodingGivesEveryFloatBack() {
    for (int round = 0; round < 20; round++) {
      for (Tensor tensor : DrawnTensors.various(Draw.of(round))) {
        for (Encoding encoding : Encodings.FLOAT32) {
          byte[] bytes = encoding.encode(tensor);
          float[] decoded = encoding.decode(bytes, parameter(tensor));
          assertArrayEquals(bits(tensor.values()), bits(decoded), encoding.word());
        }
      }
    }
  }

  @Test
  void sixteenBitsGiveEveryTensorOfHalvesBack() {
    for (int round = 0; round < 20; round++) {
      for (Tensor tensor : DrawnTensors.various(Draw.of(round))) {
        float[] values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.isNaN(values[i]) ? -0.0f : Half.value(Half.of(values[i]));
        }
        byte[] bytes = Encodings.FLOAT16.encode(tensor.with(values));
        assertEquals(2 * values.length, bytes.length);
        float[] decoded = Encodings.FLOAT16.decode(bytes, parameter(tensor));
        assertArrayEquals(bits(values), bits(decoded));
      }
    }
  }

  /** Networks of any number of tensors, none among them. */
  @Test
  void aZipGivesEveryNetworkBack() {
    for (int round = 0; round < 20; round++) {
      List<Tensor> all = DrawnTensors.various(Draw.of(round));
      List<Tensor> network = all.subList(0, round == 0 ? 0 : Draw.of(round, 1).below(all.size()));
      List<float[]> decoded =
          Zip.decode(Zip.encode(network), network.stream().map(DrawnTensors::parameter).toList());
      assertEquals(network.size(), decoded.size());
      for (int i = 0; i < network.size(); i++) {
        assertArrayEquals(bits(network.get(i).values()), bits(decoded.get(i)));
      }
    }
  }

  @Test
  void vectorsArePlainFloats() {
    Tensor zeros = new Tensor("a/b", Kind.VECTOR, List.of(9), 0, true, new float[9]);
    for (Encoding encoding : Encodings.FLOAT32) {
      assertEquals(36, encoding.encode(zeros).length, encoding.word());
    }
    assertEquals(18, Encodings.FLOAT16.encode(zeros).length);
  }

  @Test
  void halvesComeBackAndNothingElseIsOne() {
    float[] halves = new float[63_488];
    int found = 0;
    for (int bits = 0; bits < 1 << 16; bits++) {
      if ((bits >> 10 & 31) != 31) {
        halves[found++] = Half.value((short) bits);
      }
    }
    assertEquals(halves.length, found);
    Tensor tensor = new Tensor("a/W", Kind.DENSE, List.of(1, found), 1, true, halves);
    byte[] bytes = Encodings.FLOAT16.encode(tensor);
    assertEquals(2 * found, bytes.length);
    float[] decoded = Encodings.FLOAT16.decode(bytes, parameter(tensor));
    assertArrayEquals(bits(halves), bits(decoded));
    halves[5] = 0.1f;
    assertRefused(
        "a/W[5]: must be a 16-bit float, found 0.1", () -> Encodings.FLOAT16.encode(tensor));
  }

  @Test
  void everyEncodingOfIntegersGivesKernelScalesAndBiasesBack() {
    Draw draw = Draw.of(3);
    for (int round = 0; round < 300; round++) {
      int channels = draw.between(1, 9);
      int biases = draw.coin() ? channels : 0;
      byte[] integers = integers(draw, channels * draw.between(0, 200), draw.below(3) * 0.45);
      if (draw.below(5) == 0) {
        Arrays.fill(integers, (byte) draw.between(-127, 127));
      }
      List<Float> scales = new ArrayList<>();
      int count = draw.coin() ? 1 : channels;
      for (int i = 0; i < count; i++) {
        scales.add((float) draw.between(1e-9, 2.0));
      }
      int[] bias = new int[biases];
      Arrays.setAll(bias, i -> (int) draw.next());
      IntegerRow row = new IntegerRow(new QuantizedKernel(integers, scales), bias);
      for (IntegerEncoding encoding : Encodings.INT8) {
        byte[] bytes = encoding.encode(row);
        IntegerRow decoded = encoding.decode(bytes, "a/W", integers.length, channels, biases);
        assertArrayEquals(integers, decoded.kernel().integers(), encoding.word());
        assertEquals(scales, decoded.kernel().scales());
        assertArrayEquals(bias, decoded.bias());
        if (encoding.layout() == IntegerEncoding.Layout.DENSE) {
          assertEquals(integers.length + 4 * scales.size() + 4 * biases, bytes.length);
        }
      }
    }
  }

  /** The inflater of the JDK is another one than the deflater's. */
  @Test
  void aZipIsAZlibStreamOfAllFloats() throws DataFormatException {
    List<Tensor> network = DrawnTensors.various(Draw.of(5));
    byte[] bytes = Zip.encode(network);
    List<float[]> decoded =
        Zip.decode(bytes, network.stream().map(DrawnTensors::parameter).toList());
    int values = 0;
    for (int i = 0; i < network.size(); i++) {
      assertArrayEquals(bits(network.get(i).values()), bits(decoded.get(i)));
      values += decoded.get(i).length;
    }
    Inflater inflater = new Inflater();
    inflater.setInput(bytes);
    byte[] floats = new byte[4 * values + 1];
    assertEquals(4 * values, inflater.inflate(floats));
    assertTrue(inflater.finished());
    inflater.end();
  }

  /** The same deflater everywhere: this length must not change. */
  @Test
  void theLengthOfAZipIsPinned() {
    Tensor tensor = kernel(Draw.of(1), Kind.DENSE, List.of(100, 100), 0.8, 16);
    assertEquals(4_087, Zip.encode(List.of(tensor)).length);
  }

  @Test
  void bytesThatNoTensorHasAreRefused() {
    Draw draw = Draw.of(7);
    for (Encoding encoding : Encodings.FLOAT32) {
      int refused = 0;
      for (int round = 0; round < 400; round++) {
        Tensor tensor = kernel(draw, Kind.CONVOLUTION, List.of(6, 5, 3, 3), 0.7, 12);
        byte[] bytes = encoding.encode(tensor);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 5);
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
        Parameter parameter = parameter(tensor);
        assertThrows(IllegalArgumentException.class, () -> encoding.decode(longer, parameter));
        assertThrows(IllegalArgumentException.class, () -> encoding.decode(shorter, parameter));
        bytes[draw.below(bytes.length)] = (byte) draw.next();
        try {
          encoding.decode(bytes, parameter); // other values
        } catch (IllegalArgumentException e) {
          assertTrue(
              String.valueOf(e.getMessage()).matches("byte \\d+: .*, found .*"), e.getMessage());
          refused++;
        }
      }
      assertTrue(refused > 3 || encoding.equals(Encodings.DENSE), encoding.word() + refused);
    }
  }

  @Test
  void bytesThatNoKernelOfIntegersHasAreRefused() {
    QuantizedKernel kernel = new QuantizedKernel(new byte[] {1, 0, 3, 0}, List.of(1f, 2f));
    IntegerEncoding dense = Encodings.INT8.get(0);
    byte[] bytes = dense.encode(IntegerRow.of(kernel));
    assertRefused(
        "byte 4: a/W: must have 1 scale or 4, found 2", () -> dense.decode(bytes, "a/W", 4, 4, 0));
    byte[] least = bytes.clone();
    least[2] = -128;
    assertRefused(
        "byte 3: an integer must be in [-127, 127], found -128",
        () -> dense.decode(least, "a/W", 4, 2, 0));
    byte[] negative = bytes.clone();
    negative[4] |= (byte) 0x80;
    assertRefused(
        "byte 8: a/W: a scale must be finite and above 0, found -1.0",
        () -> dense.decode(negative, "a/W", 4, 2, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> dense.decode(Arrays.copyOf(bytes, 13), "a/W", 4, 2, 0));
  }

  @Test
  void aDamagedZipIsRefused() {
    Tensor tensor = kernel(Draw.of(1), Kind.DENSE, List.of(10, 10), 0.8, 16);
    byte[] bytes = Zip.encode(List.of(tensor));
    Parameter longer = Parameter.kernel("a/W", Kind.DENSE, List.of(10, 11), 1);
    Parameter shorter = Parameter.kernel("a/W", Kind.DENSE, List.of(10, 9), 1);
    assertRefused("a/W: must have 440 bytes, found 400", () -> Zip.decode(bytes, List.of(longer)));
    assertRefused(
        "the network must end here, found more bytes", () -> Zip.decode(bytes, List.of(shorter)));
    byte[] damaged = bytes.clone();
    damaged[0] = 0;
    assertThrows(
        IllegalArgumentException.class, () -> Zip.decode(damaged, List.of(parameter(tensor))));
  }

  private static void assertRefused(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }
}
