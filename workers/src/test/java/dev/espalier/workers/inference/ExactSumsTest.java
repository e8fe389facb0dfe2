package dev.espalier.workers.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.random.Draw;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactSumsTest {
  /** How often the products of a group are added, each time in another order. */
  private static final int ORDERS = 12;

  @Test
  void knowsTheGreatestSumOverAnyOfTheProducts() {
    Draw draw = Draw.of(1);
    for (int round = 0; round < 200; round++) {
      byte[] weights = drawn(draw, 7);
      int low = -draw.below(256);
      int high = draw.below(256);
      long expected = 0;
      // Each value is 0, the least or the greatest: a sum is linear in each.
      for (int choice = 0; choice < 2187; choice++) {
        long sum = 0;
        for (int i = 0, rest = choice; i < 7; i++, rest /= 3) {
          sum += weights[i] * (rest % 3 == 0 ? 0 : rest % 3 == 1 ? low : high);
        }
        expected = Math.max(expected, Math.abs(sum));
      }
      assertEquals(expected, new ExactSums(weights, 1, 7, low, high).greatest(0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "512, 9, -128, 127",
    "512, 9, 0, 255",
    "512, 9, -255, 0",
    "4096, 1, -100, 155",
    "3, 49, 0, 255"
  })
  void holdsEveryPartialSumOfAGroupInFloatsInAnyOrder(int in, int taps, int low, int high) {
    Draw draw = Draw.of(2, in, low);
    byte[] extreme = new byte[2 * in * taps];
    Arrays.fill(extreme, (byte) 127);
    byte[] signs = extreme.clone();
    for (int i = 0; i < signs.length; i++) {
      signs[i] = (byte) (draw.coin() ? 127 : -127);
    }
    for (byte[] weights : List.of(extreme, signs, drawn(draw, extreme.length))) {
      ExactSums sums = new ExactSums(weights, 2, in, low, high);
      int start = 0;
      for (int end : sums.groupEnds()) {
        for (int o = 0; o < 2; o++) {
          int from = (o * in + start) * taps;
          int to = (o * in + end) * taps;
          assertExact(Arrays.copyOfRange(weights, from, to), low, high, draw);
        }
        start = end;
      }
      assertEquals(in, start);
    }
  }

  /** Adds products with the values that make the greatest sums, and with drawn ones. */
  private static void assertExact(byte[] weights, int low, int high, Draw draw) {
    for (int order = 0; order < ORDERS; order++) {
      int kind = order % 4;
      long exact = 0;
      float sum = 0;
      for (int i : draw.permutation(weights.length)) {
        boolean positive = weights[i] > 0;
        int value =
            switch (kind) {
              case 0 -> positive ? high : low;
              case 1 -> positive ? low : high;
              case 2 -> draw.coin() ? high : low;
              default -> draw.between(low, high);
            };
        exact += (long) weights[i] * value;
        sum += (float) weights[i] * value;
        assertTrue(Math.abs(exact) <= ExactSums.LIMIT, "" + exact);
        assertEquals(exact, (long) sum);
      }
    }
  }

  @Test
  void splitsAsLateAsItCan() {
    byte[] weights = new byte[512 * 9];
    Arrays.fill(weights, (byte) 127);
    // 57 channels reach 16,613,505; 58 would reach 16,904,970, and 2^24 is 16,777,216.
    assertEquals(
        List.of(57, 114, 171, 228, 285, 342, 399, 456, 512),
        new ExactSums(weights, 1, 512, 0, 255).groupEnds());
    assertEquals(List.of(512), new ExactSums(weights, 1, 512, 0, 28).groupEnds());
    // Half of the sum is below 0: it can be added first.
    for (int i = 0; i < weights.length; i += 2) {
      weights[i] = -127;
    }
    assertEquals(5, new ExactSums(weights, 1, 512, 0, 255).groupEnds().size());
  }

  @Test
  void refusesAChannelThatCannotBeSplit() {
    byte[] weights = new byte[23 * 23];
    Arrays.fill(weights, (byte) 127);
    Exception refused =
        assertThrows(
            IllegalArgumentException.class, () -> new ExactSums(weights, 1, 1, 0, 255).groupEnds());
    assertEquals(
        "the sums of one channel of a kernel must stay up to 2^24, found a kernel of 529 weights"
            + " for each",
        refused.getMessage());
  }

  private static byte[] drawn(Draw draw, int count) {
    byte[] weights = new byte[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (byte) draw.between(-127, 127);
    }
    return weights;
  }
}
