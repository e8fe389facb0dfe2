package dev.espalier.sweep.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The levels of the values of an axis, by which a few of them can represent all: both ends have
 * level {@value #ENDS}, the middle level {@value #MIDDLE}, and each further level halves the
 * remaining gaps.
 */
public final class AxisLevels {
  /** The level of the first and the last value. */
  public static final int ENDS = 0;

  /** The level of the value in the middle. */
  public static final int MIDDLE = 1;

  private AxisLevels() {}

  /**
   * The level of each value. Numbers count in their order, and null before them; words in the order
   * in which they come.
   *
   * @param values distinct, in any order
   */
  public static Map<@Nullable Object, Integer> of(Collection<? extends @Nullable Object> values) {
    List<@Nullable Object> ordered = new ArrayList<>(values);
    if (ordered.stream().allMatch(value -> value == null || value instanceof Number)) {
      ordered.sort(Comparator.comparing(AxisLevels::number));
    }
    int[] levels = of(ordered.size());
    Map<@Nullable Object, Integer> byValue = new HashMap<>();
    for (int i = 0; i < levels.length; i++) {
      byValue.put(ordered.get(i), levels[i]);
    }
    return byValue;
  }

  private static BigDecimal number(@Nullable Object value) {
    return value == null ? BigDecimal.valueOf(Long.MIN_VALUE) : new BigDecimal(value.toString());
  }

  /** The levels of a number of values, in order. */
  static int[] of(int count) {
    int[] levels = new int[count];
    Arrays.fill(levels, ENDS);
    halve(levels, 0, count - 1, MIDDLE);
    return levels;
  }

  private static void halve(int[] levels, int low, int high, int level) {
    int middle = (low + high) / 2;
    if (middle > low) {
      levels[middle] = level;
      halve(levels, low, middle, level + 1);
      halve(levels, middle, high, level + 1);
    }
  }
}
