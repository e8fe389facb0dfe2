package dev.espalier.workers.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.random.Draw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AffineTest {
  @ParameterizedTest
  @CsvSource({
    "0, 255, 1, -128",
    "-128, 127, 1, 0",
    "-255, 0, 1, 127",
    "0, 6, 0.023529412, -128",
    "-1, 2, 0.011764706, -43"
  })
  void coversTheRange(float low, float high, float scale, int zeroPoint) {
    assertEquals(new Affine(scale, zeroPoint), Affine.of(low, high));
  }

  @Test
  void widensARangeWithoutZero() {
    assertEquals(Affine.of(0, 7), Affine.of(3, 7));
    assertEquals(Affine.of(-7, 0), Affine.of(-7, -3));
  }

  @Test
  void takesARangeThatIsOnlyZeroForZeroToOne() {
    assertEquals(new Affine(1f / 255, -128), Affine.of(0, 0));
    assertEquals(new Affine(1f / 255, -128), Affine.of(-0f, 0));
  }

  @Test
  void coversAConstant() {
    assertEquals(Affine.of(0, 5), Affine.of(5, 5));
  }

  @Test
  void raisesScalesThatASoftmaxRefuses() {
    assertEquals(new Affine(0x1p-25f, -128), Affine.of(0, 1e-9f));
    assertEquals(new Affine(0x1p-25f, -128), Affine.of(0, Float.MIN_VALUE));
    assertEquals(0x1p-25f, Affine.of(-1e-9f, 1e-9f).scale());
  }

  @Test
  void reachesBothEndsToHalfAStepAndZeroExactly() {
    Draw draw = Draw.of(1);
    for (int i = 0; i < 10_000; i++) {
      float size = (float) StrictMath.pow(10, draw.between(-4.0, 30.0));
      float low = (float) draw.between(-size, 0.0);
      float high = (float) draw.between(0.0, size);
      Affine affine = Affine.of(low, high);
      assertEquals(0, affine.real(affine.zeroPoint()));
      double half = 0.5001 * affine.scale();
      assertTrue(Math.abs(affine.real(-128) - low) <= half, affine + "");
      assertTrue(Math.abs(affine.real(127) - high) <= half, affine + "");
    }
  }

  @Test
  void coversTheWidestRangeOfFloats() {
    Affine affine = Affine.of(-Float.MAX_VALUE, Float.MAX_VALUE);
    assertEquals(2.0 * Float.MAX_VALUE / 255, affine.scale(), 1e30);
  }

  @ParameterizedTest
  @CsvSource({"NaN, 1", "0, NaN", "-Infinity, 0", "0, Infinity", "2, 1"})
  void refusesARangeWithoutFiniteEndsInOrder(float low, float high) {
    Exception refused = assertThrows(IllegalArgumentException.class, () -> Affine.of(low, high));
    assertEquals(
        "a range must have finite ends in order, found [" + low + ", " + high + "]",
        refused.getMessage());
  }
}
