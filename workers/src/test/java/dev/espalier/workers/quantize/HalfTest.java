package dev.espalier.workers.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.random.Draw;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HalfTest {
  /**
   * Every finite half that is not negative, by its value in double precision, from the standard.
   */
  private static final TreeMap<Double, Integer> TABLE = new TreeMap<>();

  static {
    for (int bits = 0; bits < 0x7c00; bits++) {
      int exponent = bits / 1024;
      double fraction = bits % 1024 / 1024.0;
      TABLE.put(
          exponent == 0
              ? fraction * StrictMath.pow(2, -14)
              : (1 + fraction) * StrictMath.pow(2, exponent - 15),
          bits);
    }
  }

  @Test
  void readsAll65536Halves() {
    TABLE.forEach(
        (value, bits) -> {
          assertEquals(value.floatValue(), Half.value(bits.shortValue()));
          assertEquals(-value.floatValue(), Half.value((short) (bits | 0x8000)));
        });
    assertEquals(Float.POSITIVE_INFINITY, Half.value((short) 0x7c00));
    assertEquals(Float.NEGATIVE_INFINITY, Half.value((short) 0xfc00));
    for (int bits = 0x7c01; bits < 0x8000; bits++) {
      assertTrue(Float.isNaN(Half.value((short) bits)));
      assertTrue(Float.isNaN(Half.value((short) (bits | 0x8000))));
    }
  }

  @Test
  void isTheNearestHalfAndTheEvenOneOfTwo() {
    Draw draw = Draw.of(1);
    for (int i = 0; i < 200_000; i++) {
      float value = Float.intBitsToFloat((int) draw.next());
      if (Float.isFinite(value)) {
        assertNearest(value);
      }
    }
    for (Double value : TABLE.keySet()) {
      float exact = value.floatValue();
      assertNearest(exact);
      assertNearest(Math.nextUp(exact));
      Double next = TABLE.higherKey(value);
      if (next != null) {
        float middle = (float) ((value + next) / 2);
        assertNearest(middle);
        assertNearest(Math.nextUp(middle));
        assertNearest(Math.nextDown(middle));
      }
    }
  }

  @Test
  void givesEveryHalfBack() {
    for (int bits = 0; bits < 0x7c00; bits++) {
      assertEquals((short) bits, Half.of(Half.value((short) bits)));
      assertEquals((short) (bits | 0x8000), Half.of(Half.value((short) (bits | 0x8000))));
    }
  }

  @Test
  void isTheGreatestHalfBeyondTheRange() {
    for (float value : new float[] {65505, 65520, 1e30f, Float.POSITIVE_INFINITY}) {
      assertEquals(Half.MAX, Half.value(Half.of(value)));
      assertEquals(-Half.MAX, Half.value(Half.of(-value)));
    }
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThrows(IllegalArgumentException.class, () -> Half.of(Float.NaN));
  }

  private static void assertNearest(float value) {
    double magnitude = Math.abs((double) value);
    Map.Entry<Double, Integer> below = TABLE.floorEntry(magnitude);
    Map.Entry<Double, Integer> above = TABLE.ceilingEntry(magnitude);
    int expected;
    if (above == null) {
      expected = below.getValue();
    } else {
      double down = magnitude - below.getKey();
      double up = above.getKey() - magnitude;
      boolean tie = down == up && below.getValue() % 2 == 0;
      expected = down < up || tie ? below.getValue() : above.getValue();
    }
    int sign = Float.floatToRawIntBits(value) < 0 ? 0x8000 : 0;
    assertEquals((short) (expected | sign), Half.of(value), value + "");
  }
}
