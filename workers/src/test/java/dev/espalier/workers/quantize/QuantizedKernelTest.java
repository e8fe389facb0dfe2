package dev.espalier.workers.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import dev.espalier.workers.random.Draw;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedKernelTest {
  @Test
  void hasAScaleForEachOutputChannelOfAConvolution() {
    Tensor kernel = kernel(Kind.CONVOLUTION, 1.27f, -0.64f, 0.005f, 0, -254, 2, 1, 127);
    QuantizedKernel quantized = QuantizedKernel.of(kernel, false);
    assertEquals(List.of(1.27f / 127, 2f), quantized.scales());
    assertArrayEquals(new byte[] {127, -64, 1, 0, -127, 1, 1, 64}, quantized.integers());
  }

  @Test
  void hasOneScaleForADenseKernelAndWhereItIsAskedFor() {
    float[] values = {1.27f, -0.64f, 0.5f, 0, -254, 2, 1, 127};
    Tensor dense = kernel(Kind.DENSE, values);
    assertEquals(List.of(2f), QuantizedKernel.of(dense, false).scales());
    assertEquals(List.of(2f), QuantizedKernel.of(kernel(Kind.CONVOLUTION, values), true).scales());
  }

  @ParameterizedTest
  @ValueSource(ints = {-149, -140, -130, -126, -60, 0, 60, 120})
  void givesTheNearestIntegersAndTheyAreRecoveredFromTheirValues(int exponent) {
    for (long seed = 0; seed < 50; seed++) {
      Tensor kernel = drawn(3, 40, exponent, seed);
      QuantizedKernel quantized = QuantizedKernel.of(kernel, false);
      byte[] integers = quantized.integers();
      for (int i = 0; i < integers.length; i++) {
        float scale = quantized.scales().get(i / 40);
        BigDecimal exact =
            new BigDecimal(kernel.values()[i])
                .divide(new BigDecimal(scale), new MathContext(60))
                .setScale(0, RoundingMode.HALF_UP)
                .min(new BigDecimal(127))
                .max(new BigDecimal(-127));
        assertEquals(exact.intValueExact(), integers[i]);
      }
      Tensor after = kernel.with(quantized.values());
      assertEquals(-1, after.firstNonFinite());
      QuantizedKernel found = QuantizedKernel.recovered(after, quantized.scales());
      assertArrayEquals(integers, found.integers());
      assertArrayEquals(after.values(), found.values());
    }
  }

  @Test
  void roundsHalvesAwayFromZero() {
    assertEquals(3, QuantizedKernel.integer(2.5, 1));
    assertEquals(-3, QuantizedKernel.integer(-2.5, 1));
    assertEquals(0, QuantizedKernel.integer(0.49999999999999994, 1));
    assertEquals(127, QuantizedKernel.integer(1e300, Float.MIN_NORMAL));
    assertEquals(-127, QuantizedKernel.integer(Double.NEGATIVE_INFINITY, 1));
  }

  @Test
  void givesAChannelOfZerosTheLeastScale() {
    Tensor kernel = kernel(Kind.CONVOLUTION, 0, -0f, 0, 0, 1, -0f, 0, 1);
    QuantizedKernel quantized = QuantizedKernel.of(kernel, false);
    assertEquals(List.of(Float.MIN_NORMAL, 1f / 127), quantized.scales());
    for (int i : new int[] {0, 1, 2, 3, 5, 6}) {
      assertEquals(0, Float.floatToRawIntBits(quantized.values()[i]), "+0");
    }
  }

  @Test
  void keepsPrunedWeightsAndHasNoMoreValuesThanBefore() {
    for (int different : new int[] {1, 2, 16, 300}) {
      Draw draw = Draw.of(1, different);
      float[] centroids = new float[different];
      for (int i = 0; i < different; i++) {
        centroids[i] = (float) draw.between(-1.0, 1.0);
      }
      float[] values = new float[1000];
      for (int i = 0; i < values.length; i++) {
        values[i] = draw.coin() ? 0 : centroids[draw.below(different)];
      }
      float[] found = QuantizedKernel.of(kernel(Kind.CONVOLUTION, values), true).values();
      Set<Float> nonZero = new HashSet<>();
      Map<Float, Float> image = new HashMap<>();
      for (int i = 0; i < values.length; i++) {
        Float before = image.putIfAbsent(values[i], found[i]);
        assertTrue(before == null || before == found[i], "equal stays equal");
        assertTrue(values[i] != 0 || found[i] == 0, "pruned stays pruned");
        if (found[i] != 0) {
          nonZero.add(found[i]);
        }
      }
      assertTrue(nonZero.size() <= Math.min(different, 254), nonZero.size() + "");
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesWeightsThatAreNotFinite(float bad) {
    Tensor kernel = kernel(Kind.CONVOLUTION, 1, 2, 3, bad);
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> QuantizedKernel.of(kernel, false));
    assertEquals("c/W[3]: a weight must be finite, found " + bad, refused.getMessage());
  }

  @Test
  void refusesToRecoverWhatWasNotQuantized() {
    Tensor kernel = kernel(Kind.CONVOLUTION, 0.5f, 1, 0.6f, 1);
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> QuantizedKernel.recovered(kernel, List.of(0.5f, 0.5f)));
    assertEquals(
        "c/W[2]: a quantized weight must be an integer in [-127, 127] times 0.5, found 0.6",
        refused.getMessage());
    Exception count =
        assertThrows(
            IllegalArgumentException.class,
            () -> QuantizedKernel.recovered(kernel, List.of(1f, 1f, 1f)));
    assertEquals("c/W: must have 1 scale or 2, found 3", count.getMessage());
  }

  private static Tensor kernel(Kind kind, float... values) {
    return new Tensor("c/W", kind, List.of(2, values.length / 2), 1, true, values);
  }

  /** Channels of very different size; values between all magnitudes up to 2^exponent. */
  private static Tensor drawn(int channels, int each, int exponent, long seed) {
    Draw draw = Draw.of(seed, exponent);
    float[] values = new float[channels * each];
    for (int i = 0; i < values.length; i++) {
      int power = exponent - i / each * 3 - draw.below(9);
      values[i] = (float) Math.scalb(draw.between(-2.0, 2.0), power);
    }
    return new Tensor("c/W", Kind.CONVOLUTION, List.of(channels, each, 1, 1), 1, true, values);
  }
}
