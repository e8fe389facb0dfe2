package dev.espalier.workers.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GradualSparsityTest {

  /** 0.9 x (1 - ((7 - k) / 7)^3) at the updates k of 7: 114.3 / 343, 196.2 / 343 and so on. */
  @Test
  void followsThePublishedCube() {
    assertEquals(
        "{0=0.000000, 2=0.333236, 4=0.572012, 6=0.732070, 8=0.829155, 10=0.879009, 12=0.897376, 14=0.9}",
        updates(sparsity("0", "0.9", "3", 2, "1"), 16, 4).toString());
  }

  @Test
  void startsWhereItIsToldAndMayBeLinear() {
    assertEquals(
        "{0=0.500000, 5=0.600000, 10=0.700000, 15=0.8}",
        updates(sparsity("0.5", "0.80", "1", 5, "0.75"), 21, 7).toString());
  }

  @Test
  void isUpdatedEachTenthOfAnEpochUnlessTold() {
    GradualSparsity sparsity = sparsity("0", "0.9", "3", null, "0.75");
    assertEquals(15, updates(sparsity, 400, 200).size(), "300 steps by 20");
    assertEquals(100, updates(sparsity, 400, 200).keySet().stream().skip(5).findFirst().get());
    assertEquals(6, updates(sparsity, 8, 4).size(), "a tenth of 4 steps is 1 step");
    assertEquals(2, updates(sparsity, 16, 15).keySet().stream().skip(1).findFirst().get());
    assertEquals(1, updates(sparsity, 16, 14).keySet().stream().skip(1).findFirst().get());
  }

  @Test
  void isReachedAtOnceWhereThereIsOneUpdate() {
    assertEquals("{0=0.9}", updates(sparsity("0", "0.9", "3", 1, "0.75"), 1, 1).toString());
    assertEquals("{0=0.9}", updates(sparsity("0", "0.9", "3", 50, "1"), 40, 10).toString());
    assertEquals("{0=0.9}", updates(sparsity("0", "0.9", "3", 40, "1"), 40, 10).toString());
    assertEquals("{0=0.9}", updates(sparsity("0", "0.9", "3", 1, "0.01"), 40, 10).toString());
    assertEquals(
        "{0=0.000000, 39=0.9}", updates(sparsity("0", "0.9", "3", 39, "1"), 40, 10).toString());
  }

  @Test
  void endsAtTheFinalSparsityWhateverTheRemainder() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      int perEpoch = random.nextInt(1, 40);
      int steps = perEpoch * random.nextInt(1, 6);
      Integer frequency = random.nextInt(4) == 0 ? null : random.nextInt(1, 30);
      BigDecimal end = BigDecimal.valueOf(random.nextInt(1, 101), 2);
      BigDecimal from = BigDecimal.valueOf(random.nextInt(0, 90), 2);
      BigDecimal to = BigDecimal.valueOf(random.nextInt(900_000_000, 1_000_000_000), 9);
      BigDecimal power = BigDecimal.valueOf(random.nextInt(1, 101), 1);
      Map<Integer, BigDecimal> found =
          updates(new GradualSparsity(from, to, power, frequency, end), steps, perEpoch);

      int every = frequency == null ? Math.max(1, Math.round(perEpoch / 10f)) : frequency;
      Map<Integer, Double> expected = new TreeMap<>();
      for (int t = 0; BigDecimal.valueOf(t).compareTo(end.multiply(new BigDecimal(steps))) < 0; ) {
        expected.put(t, 0.0);
        t += every;
      }
      assertEquals(expected.keySet(), found.keySet());
      double last = expected.keySet().stream().mapToInt(t -> t).max().orElseThrow();
      BigDecimal before = BigDecimal.ZERO;
      for (Map.Entry<Integer, BigDecimal> update : found.entrySet()) {
        double left = last == 0 ? 0 : Math.pow(1 - update.getKey() / last, power.doubleValue());
        double formula = to.doubleValue() + (from.doubleValue() - to.doubleValue()) * left;
        assertEquals(formula, update.getValue().doubleValue(), 0.51e-6);
        assertTrue(update.getValue().compareTo(before) >= 0 && update.getValue().scale() <= 9);
        before = update.getValue();
      }
      assertEquals(0, before.compareTo(to));
    }
  }

  @Test
  void equalNumbersAreEqual() {
    assertEquals(
        sparsity("0.10", "0.90", "3.0", null, "1.0"), sparsity(".1", "9e-1", "3", null, "1"));
  }

  @Test
  void refusesWhatIsNoSparsity() {
    assertRefused("a gradual sparsity must rise within [0, 1), found 0.9 to 0.9", "0.9", "0.9", 1);
    assertRefused("a gradual sparsity must rise within [0, 1), found 0 to 1", "0", "1", 1);
    assertRefused(
        "a gradual sparsity must rise within [0, 1), found -0.1 to 0.5", "-0.1", "0.5", 1);
    assertRefused("frequency: must be at least 1 step, found 0", "0", "0.5", 0);
    assertThrows(IllegalArgumentException.class, () -> sparsity("0", "0.9", "10.1", null, "0.75"));
    assertThrows(IllegalArgumentException.class, () -> sparsity("0", "0.9", "0", null, "0.75"));
    assertThrows(IllegalArgumentException.class, () -> sparsity("0", "0.9", "3", null, "0"));
    assertThrows(IllegalArgumentException.class, () -> sparsity("0", "0.9", "3", null, "1.1"));
  }

  private static void assertRefused(String message, String from, String to, int frequency) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> sparsity(from, to, "3", frequency, "1"));
    assertEquals(message, refused.getMessage());
  }

  private static GradualSparsity sparsity(
      String from, String to, String power, @Nullable Integer frequency, String end) {
    return new GradualSparsity(
        new BigDecimal(from),
        new BigDecimal(to),
        new BigDecimal(power),
        frequency,
        new BigDecimal(end));
  }

  /** The sparsity before each step that has an update. */
  private static Map<Integer, BigDecimal> updates(
      GradualSparsity sparsity, int steps, int perEpoch) {
    Map<Integer, BigDecimal> updates = new TreeMap<>();
    for (int step = 0; step < steps; step++) {
      BigDecimal next = sparsity.before(step, steps, perEpoch);
      if (next != null) {
        updates.put(step, next);
      }
    }
    return updates;
  }
}
