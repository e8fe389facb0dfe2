package dev.espalier.workers.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrawTest {
  @Test
  void drawsEqualNumbersForEqualKeysOnly() {
    assertEquals(Draw.of(1, 2, 3).next(), Draw.of(1, 2, 3).next());
    assertNotEquals(Draw.of(1, 2, 3).next(), Draw.of(1, 3, 2).next());
    assertNotEquals(Draw.of(1, 2).next(), Draw.of(1, 2, 0).next());
    assertNotEquals(Draw.of(0, 1).next(), Draw.of(1, 0).next());
  }

  @Test
  void makesEveryPermutationAboutAsOften() {
    Map<String, Integer> found = new HashMap<>();
    Draw draw = Draw.of(42);
    for (int i = 0; i < 24_000; i++) {
      found.merge(Arrays.toString(draw.permutation(4)), 1, Integer::sum);
    }
    assertEquals(24, found.size());
    // 1,000 each; five standard deviations are 155.
    assertTrue(found.values().stream().allMatch(n -> n > 845 && n < 1155), found.toString());
  }

  @Test
  void permutesWithoutLosingAny() {
    int[] order = Draw.of(7).permutation(1000);
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    int[] all = new int[1000];
    Arrays.setAll(all, i -> i);
    assertArrayEquals(all, sorted);
  }

  @Test
  void staysInRange() {
    Draw draw = Draw.of(3);
    int[] found = new int[7];
    for (int i = 0; i < 7000; i++) {
      found[draw.between(-3, 3) + 3]++;
      double real = draw.between(2.0, 5.0);
      assertTrue(real >= 2 && real < 5);
    }
    assertTrue(Arrays.stream(found).allMatch(n -> n > 850 && n < 1150), Arrays.toString(found));
  }
}
