package dev.espalier.workers.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.quantize.ActivationHistogram.Range;
import dev.espalier.workers.random.Draw;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationHistogramTest {
  @Test
  void givesTheLeastAndTheGreatestValueAt100() {
    ActivationHistogram histogram = new ActivationHistogram();
    histogram.add(new float[] {0.3f, -1.7f});
    histogram.add(new float[] {});
    histogram.add(new float[] {2.9f, 0});
    assertEquals(new Range(-1.7f, 2.9f), histogram.range(new BigDecimal(100)));
    assertEquals(4, histogram.count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", "99.999", "99.99", "99.9", "99", "95", "75.5", "50.01"})
  void isWithinABinOfTheRangeThatSortingGives(String percentile) {
    BigDecimal p = new BigDecimal(percentile);
    assertRange(p, v -> v);
    assertRange(p, v -> Math.max(0, v));
    assertRange(p, v -> -Math.abs(v) - 5);
    assertRange(p, v -> 1000 + v);
    assertRange(p, v -> v * v * v * 1e20);
    assertRange(p, v -> v * 1e-44);
    assertRange(p, v -> Math.rint(v * 2));
    assertRange(p, v -> 1);
    assertRange(p, v -> 0);
    assertRange(p, v -> v > 0 ? Float.MAX_VALUE : -Float.MAX_VALUE);
  }

  @Test
  void doesNotDependOnTheOrderOfTheValues() {
    Draw draw = Draw.of(4);
    float[] values = new float[3000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.scalb(draw.between(-1.0, 1.0), draw.between(-30, 30));
    }
    ActivationHistogram whole = new ActivationHistogram();
    whole.add(values);
    for (int round = 0; round < 20; round++) {
      ActivationHistogram parts = new ActivationHistogram();
      for (int i : draw.permutation(values.length)) {
        parts.add(new float[] {values[i]});
      }
      for (String p : new String[] {"100", "99.9", "90", "60"}) {
        assertEquals(whole.range(new BigDecimal(p)), parts.range(new BigDecimal(p)));
      }
    }
  }

  @Test
  void refusesActivationsThatAreNotFiniteAndCountsNoneOfThem() {
    ActivationHistogram histogram = new ActivationHistogram();
    histogram.add(new float[] {1});
    Exception refused =
        assertThrows(
            IllegalArgumentException.class, () -> histogram.add(new float[] {7, Float.NaN}));
    assertEquals("[1]: an activation must be finite, found NaN", refused.getMessage());
    assertEquals(new Range(1, 1), histogram.range(new BigDecimal(100)));
    assertEquals(1, histogram.count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"50", "100.1", "-1", "0"})
  void refusesOtherPercentiles(String percentile) {
    ActivationHistogram histogram = new ActivationHistogram();
    histogram.add(new float[] {1});
    BigDecimal p = new BigDecimal(percentile);
    Exception refused = assertThrows(IllegalArgumentException.class, () -> histogram.range(p));
    assertEquals("a percentile must be in (50, 100], found " + percentile, refused.getMessage());
  }

  @Test
  void refusesARangeOfNoValues() {
    ActivationHistogram histogram = new ActivationHistogram();
    assertThrows(IllegalStateException.class, () -> histogram.range(new BigDecimal(100)));
  }

  private static void assertRange(BigDecimal percentile, DoubleUnaryOperator form) {
    for (int count : new int[] {1, 2, 7, 1000, 20_011}) {
      Draw draw = Draw.of(2, count);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        double normal = 0;
        for (int j = 0; j < 12; j++) {
          normal += draw.between(-0.5, 0.5);
        }
        values[i] = (float) form.applyAsDouble(normal);
      }
      ActivationHistogram histogram = new ActivationHistogram();
      histogram.add(values);
      Range range = histogram.range(percentile);
      Arrays.sort(values);
      int outside =
          new BigDecimal(100)
              .subtract(percentile)
              .movePointLeft(2)
              .multiply(new BigDecimal(count))
              .divide(new BigDecimal(2))
              .setScale(0, RoundingMode.DOWN)
              .intValueExact();
      double low = values[outside];
      double high = values[count - 1 - outside];
      double bin = Math.max(Math.abs(values[0]), Math.abs(values[count - 1])) / 2048;
      bin = Math.max(bin, 0x1p-138);
      assertTrue(range.low() <= low && range.low() >= low - bin, range + " " + low);
      assertTrue(range.high() >= high && range.high() <= high + bin, range + " " + high);
      assertTrue(range.low() >= values[0] && range.high() <= values[count - 1]);
      int below = 0;
      int above = 0;
      for (float value : values) {
        below += value < range.low() ? 1 : 0;
        above += value > range.high() ? 1 : 0;
      }
      assertTrue(below <= outside && above <= outside, below + " and " + above);
    }
  }
}
