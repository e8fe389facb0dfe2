package dev.espalier.workers.int8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.random.Draw;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequantizationTest {
  private static final BigDecimal TWO = new BigDecimal(2);

  private static final int[] EXTREMES = {
    0,
    1,
    -1,
    2,
    -2,
    3,
    -3,
    127,
    -128,
    1 << 20,
    -(1 << 20),
    1 << 30,
    -(1 << 30),
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MIN_VALUE + 1
  };

  private static final int[] MULTIPLIERS = {
    0, 1 << 30, (1 << 30) + 1, 3 << 29, Integer.MAX_VALUE - 1, Integer.MAX_VALUE
  };

  @Test
  void isTheNearestMultiplierOf31Bits() {
    Draw draw = Draw.of(1);
    for (int i = 0; i < 20_000; i++) {
      double number = Math.scalb(draw.between(0.5, 1.0), draw.between(-31, 29));
      Requantization found = Requantization.of(number);
      BigDecimal exact = new BigDecimal(number).multiply(TWO.pow(62));
      BigDecimal unit = TWO.pow(31 + found.shift());
      assertEquals(
          exact.divide(unit, 0, RoundingMode.HALF_UP).longValueExact(), found.multiplier());
    }
  }

  @Test
  void carriesIntoTheShift() {
    assertEquals(new Requantization(1 << 30, 1), Requantization.of(Math.nextDown(1.0)));
    assertEquals(new Requantization(1 << 30, 1), Requantization.of(1));
    assertEquals(new Requantization(1 << 30, 0), Requantization.of(0.5));
  }

  @Test
  void isZeroBelow32Bits() {
    Requantization zero = new Requantization(0, 0);
    assertEquals(zero, Requantization.of(0));
    assertEquals(zero, Requantization.of(Double.MIN_VALUE));
    assertEquals(zero, Requantization.of(Math.scalb(0.99, -32)));
    assertEquals(new Requantization(1 << 30, -31), Requantization.of(Math.scalb(1.0, -32)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1073741824.0, 1e300, Double.POSITIVE_INFINITY, Double.NaN})
  void refusesWhatHasNoMultiplier(double number) {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> Requantization.of(number));
    assertEquals(
        "a quotient of scales must be in [0, 2^30), found " + number, refused.getMessage());
  }

  @Test
  void refusesParts() {
    assertThrows(IllegalArgumentException.class, () -> new Requantization(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Requantization(-(1 << 30), 0));
    assertThrows(IllegalArgumentException.class, () -> new Requantization(1 << 30, 31));
    assertThrows(IllegalArgumentException.class, () -> new Requantization(1 << 30, -32));
  }

  /** The definition in fractions of any length, step by step. */
  @Test
  void roundsTwiceAsItsDefinitionSays() {
    for (int shift = -31; shift <= 30; shift++) {
      for (int multiplier : MULTIPLIERS) {
        for (int x : EXTREMES) {
          assertDefinition(x, new Requantization(multiplier, shift));
        }
      }
    }
    Draw draw = Draw.of(2);
    for (int i = 0; i < 100_000; i++) {
      int multiplier = (int) (draw.next() >>> 34) + (1 << 30);
      int x = (int) draw.next() >> draw.below(31);
      assertDefinition(x, new Requantization(multiplier, draw.between(-31, 30)));
    }
  }

  /** Ties of the second rounding, where the two ways differ below 0. */
  @Test
  void takesTiesAwayFromZeroOrUp() {
    Requantization quarter = new Requantization(1 << 30, -1);
    assertEquals(1, quarter.halvesAway(2));
    assertEquals(-1, quarter.halvesAway(-2));
    assertEquals(1, quarter.halvesUp(2));
    assertEquals(0, quarter.halvesUp(-2));
  }

  /** 0.1f times 0.3f is another number in single than in double precision. */
  @Test
  void multipliesScalesOfDenseLayersAsFloats() {
    Affine input = new Affine(0.1f, 0);
    Affine output = new Affine(0.7f, 0);
    Shape one = new Shape(1, 1, 1);
    byte[] weights = {1};
    int[] bias = {0};
    IntegerOp.Dense dense =
        new IntegerOp.Dense("d", "x", Activation.IDENTITY, weights, 0.3f, bias, one, output);
    IntegerOp.Convolution convolution =
        new IntegerOp.Convolution(
            "c",
            "x",
            false,
            1,
            1,
            0,
            Activation.IDENTITY,
            weights,
            new float[] {0.3f},
            bias,
            one,
            output);
    double asFloats = (double) (0.1f * 0.3f) / 0.7f;
    double asDoubles = (double) 0.1f * 0.3f / 0.7f;
    assertEquals(Requantization.of(asFloats), Requantization.of(dense, input));
    assertEquals(Requantization.of(asDoubles), Requantization.of(convolution, input, 0));
    assertEquals(false, Requantization.of(asFloats).equals(Requantization.of(asDoubles)));
  }

  private static void assertDefinition(int x, Requantization requantization) {
    int left = Math.max(requantization.shift(), 0);
    int right = Math.max(-requantization.shift(), 0);
    int shifted = BigInteger.valueOf(x).shiftLeft(left).intValue();
    BigDecimal high =
        new BigDecimal(shifted)
            .multiply(new BigDecimal(requantization.multiplier()))
            .multiply(TWO)
            .divide(TWO.pow(32));
    BigDecimal first = halvesUp(high);
    BigDecimal second = first.divide(TWO.pow(right));
    String place = x + " " + requantization;
    assertEquals(
        second.setScale(0, RoundingMode.HALF_UP).intValueExact(),
        requantization.halvesAway(x),
        place);
    assertEquals(halvesUp(second).intValueExact(), requantization.halvesUp(x), place);
  }

  /** RoundingMode.HALF_UP goes away from 0. */
  private static BigDecimal halvesUp(BigDecimal number) {
    return number.add(new BigDecimal("0.5")).setScale(0, RoundingMode.FLOOR);
  }
}
