package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AxisLevelsTest {
  @Test
  void endsComeFirstThenTheMiddleThenWhatHalvesTheGaps() {
    assertArrayEquals(new int[] {}, AxisLevels.of(0));
    assertArrayEquals(new int[] {0}, AxisLevels.of(1));
    assertArrayEquals(new int[] {0, 0}, AxisLevels.of(2));
    assertArrayEquals(new int[] {0, 1, 0}, AxisLevels.of(3));
    assertArrayEquals(new int[] {0, 2, 1, 2, 0}, AxisLevels.of(5));
    assertArrayEquals(new int[] {0, 3, 2, 3, 1, 3, 2, 3, 0}, AxisLevels.of(9));
  }

  /** No gap between values of a level is more than about half of one in the level before. */
  @Test
  void everyLevelHalvesTheWidestGap() {
    for (int count = 3; count < 200; count++) {
      int[] levels = AxisLevels.of(count);
      int highest = Arrays.stream(levels).max().orElse(0);
      int widest = count - 1;
      for (int level = 1; level <= highest; level++) {
        int gap = gap(levels, level);
        assertTrue(gap <= (widest + 1) / 2, count + " values, level " + level);
        widest = gap;
      }
      assertEquals(1, widest);
    }
  }

  private static int gap(int[] levels, int most) {
    int widest = 0;
    int last = 0;
    for (int i = 1; i < levels.length; i++) {
      if (levels[i] <= most) {
        widest = Math.max(widest, i - last);
        last = i;
      }
    }
    return widest;
  }

  @Test
  void numbersCountByTheirSizeWhereverTheyStand() {
    assertEquals(
        Map.of(new BigDecimal("0.9"), 0, BigDecimal.ZERO, 0, new BigDecimal("0.5"), 1),
        AxisLevels.of(List.of(new BigDecimal("0.9"), BigDecimal.ZERO, new BigDecimal("0.5"))));
    assertEquals(0, AxisLevels.of(Arrays.asList(16, null, 8, 4)).get(null));
    assertEquals(0, AxisLevels.of(Arrays.asList(16, null, 8, 4)).get(16));
  }

  @Test
  void wordsCountInTheirOrder() {
    assertEquals(Map.of("c", 0, "a", 1, "b", 0), AxisLevels.of(List.of("c", "a", "b")));
  }
}
