package dev.espalier.workers.int8;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.random.Draw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoftmaxTest {
  @ParameterizedTest
  @ValueSource(
      floats = {0x1p-25f, 1e-4f, 0.01f, 0.05f, 0.1f, 0.3f, 1, 4, 7.9f, 8, 15, 16, 40, 1e9f})
  void isTheNearestShareOf256(float scale) {
    for (long seed = 0; seed < 500; seed++) {
      Draw draw = Draw.of(seed);
      byte[] logits = new byte[1 + draw.below(20)];
      int spread = 1 + draw.below(128);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (byte) draw.between(-spread, spread - 1);
      }
      Affine affine = new Affine(scale, 3);
      assertNearest(logits, scale, new FixedPointSoftmax(affine).of(logits));
      assertNearest(logits, scale, new TableSoftmax(affine).of(logits));
    }
  }

  @Test
  void sharesAmongManyClasses() {
    Affine affine = new Affine(0.1f, 0);
    for (int classes : new int[] {100, 257, 500, 1000, 4000}) {
      byte[] probabilities = new FixedPointSoftmax(affine).of(new byte[classes]);
      for (byte probability : probabilities) {
        assertEquals(Math.rint(256.0 / classes), probability + 128.0, 0.51);
      }
    }
  }

  /** Both kernels leave out 1: probabilities end at 255/256. */
  @Test
  void endsBelowOne() {
    byte[] logits = {127, -128, -128};
    byte[] expected = {127, -128, -128};
    assertArrayEquals(expected, new FixedPointSoftmax(new Affine(0.2f, 0)).of(logits));
    assertArrayEquals(expected, new TableSoftmax(new Affine(0.2f, 0)).of(logits));
  }

  @Test
  void refusesAScaleThatTheKernelRefuses() {
    Affine logits = new Affine(0x1p-26f, 0);
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> new FixedPointSoftmax(logits));
    assertEquals(
        "the scale of logits must be above 2^-26, found 1.4901161E-8", refused.getMessage());
  }

  @Test
  void approximatesExponentialsAndReciprocals() {
    Draw draw = Draw.of(9);
    for (int i = 0; i < 20_000; i++) {
      int x = -draw.below(Integer.MAX_VALUE) >> draw.below(20);
      double exact = Math.exp(Math.scalb((double) x, -26));
      assertEquals(exact, Math.scalb((double) FixedPoint.exponential(x), -31), 1e-6, x + "");
      int fraction = draw.below(Integer.MAX_VALUE);
      double reciprocal = 1 / (1 + Math.scalb((double) fraction, -31));
      int found = FixedPoint.reciprocalOfOnePlus(fraction);
      assertEquals(reciprocal, Math.scalb((double) found, -31), 1e-6);
    }
    assertEquals(Integer.MAX_VALUE, FixedPoint.exponential(0));
    assertEquals(Integer.MAX_VALUE, FixedPoint.reciprocalOfOnePlus(0));
  }

  @Test
  void saturatesProducts() {
    assertEquals(Integer.MAX_VALUE, FixedPoint.product(Integer.MIN_VALUE, Integer.MIN_VALUE));
    assertEquals(Integer.MIN_VALUE + 1, FixedPoint.product(Integer.MIN_VALUE, Integer.MAX_VALUE));
    assertEquals(Integer.MAX_VALUE, FixedPoint.saturated(1 << 29, 2));
    assertEquals(Integer.MIN_VALUE, FixedPoint.saturated(-(1 << 29), 2));
    assertEquals(-4 * ((1 << 29) - 1), FixedPoint.saturated(-((1 << 29) - 1), 2));
  }

  private static void assertNearest(byte[] logits, float scale, byte[] found) {
    int greatest = Byte.MIN_VALUE;
    for (byte logit : logits) {
      greatest = Math.max(greatest, logit);
    }
    double sum = 0;
    for (byte logit : logits) {
      sum += Math.exp((double) scale * (logit - greatest));
    }
    for (int i = 0; i < logits.length; i++) {
      double share = 256 * Math.exp((double) scale * (logits[i] - greatest)) / sum;
      assertEquals(Math.min(share, 255), found[i] + 128, 0.501);
    }
  }
}
