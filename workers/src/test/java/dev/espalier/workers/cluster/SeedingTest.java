package dev.espalier.workers.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeedingTest {
  private static final int REPEATS = 300;

  private static SortedValues values(float... weights) {
    return SortedValues.of(weights);
  }

  /** Whole numbers in [-50, 50], of which many are equal and some zero. */
  private static float[] wholeNumbers(SplittableRandom random) {
    float[] weights = new float[random.nextInt(2, 60)];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextInt(-50, 51);
    }
    weights[0] = 50;
    weights[1] = -50;
    return weights;
  }

  @Test
  void linearIsEvenFromTheLeastToTheGreatest() {
    // What would be zero is the least float above it, so that no weight becomes a zero.
    assertArrayEquals(
        new float[] {-1, -0.5f, Float.MIN_VALUE, 0.5f, 1},
        Seeding.linear(values(1, -1, 0.1f, 0.3f, 0.2f, -0.7f), 5));
    assertArrayEquals(new float[] {-4, -1}, Seeding.linear(values(-1, -2, -4), 2));
    assertArrayEquals(new float[] {-2.5f}, Seeding.linear(values(-1, -2, -4), 1));
    assertArrayEquals(
        new float[] {-1e30f, -5e29f, 1e-30f}, Seeding.linear(values(-1e30f, 1e-30f), 3));
  }

  @ParameterizedTest
  @EnumSource
  void linearStepsAreEqualButForRounding(LayerKind kind) {
    SortedValues values = SortedValues.of(kind.layer(3_000, 1));
    double least = values.value(0);
    double greatest = values.value(values.size() - 1);
    float[] centroids = Seeding.linear(values, 17);
    assertEquals(17, centroids.length);
    assertEquals(least, centroids[0]);
    assertEquals(greatest, centroids[16]);
    for (int j = 0; j < 17; j++) {
      double even = least + (greatest - least) * j / 16;
      assertEquals(even, centroids[j], 1e-7 * Math.max(-least, greatest) + Float.MIN_VALUE);
    }
  }

  /** The definition: the least weight such that so large a share of the weights is not above it. */
  private static float quantile(float[] nonZero, long numerator, long denominator) {
    float least = Float.POSITIVE_INFINITY;
    for (float candidate : nonZero) {
      long notAbove = 0;
      for (float weight : nonZero) {
        notAbove += weight <= candidate ? 1 : 0;
      }
      if (notAbove * denominator >= numerator * nonZero.length) {
        least = Math.min(least, candidate);
      }
    }
    return least;
  }

  @Test
  void densityIsTheQuantilesFromOneHundredthToOne() {
    SplittableRandom random = new SplittableRandom(1);
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      float[] weights = wholeNumbers(random);
      float[] nonZero = nonZero(weights);
      int k = random.nextInt(1, 12);
      TreeSet<Float> expected = new TreeSet<>();
      for (int j = 0; j < k; j++) {
        // 0.01 + 0.99 j / (k - 1)
        expected.add(
            k == 1 ? quantile(nonZero, 1, 2) : quantile(nonZero, k - 1 + 99L * j, 100L * (k - 1)));
      }
      assertEquals(List.copyOf(expected), list(Seeding.density(SortedValues.of(weights), k)));
    }
  }

  private static float[] nonZero(float[] weights) {
    float[] kept = new float[weights.length];
    int count = 0;
    for (float weight : weights) {
      if (weight != 0) {
        kept[count++] = weight;
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  @Test
  void randomDrawsEachBetweenTheLeastAndTheGreatest() {
    SortedValues values = values(-3, -2, 0, 1, 5, 4);
    for (int seed = 0; seed < REPEATS; seed++) {
      Draw draw = Draw.of(seed);
      float[] expected = new float[4];
      for (int j = 0; j < expected.length; j++) {
        expected[j] = (float) draw.between(-3.0, 5.0);
      }
      Arrays.sort(expected);
      assertArrayEquals(expected, Seeding.random(values, 4, Draw.of(seed)));
      assertTrue(-3 <= expected[0] && expected[3] <= 5);
    }
    assertFalse(
        Arrays.equals(
            Seeding.random(values, 4, Draw.of(1)), Seeding.random(values, 4, Draw.of(2))));
  }

  /** By the distances of every weight from every centroid; sums of whole numbers are exact. */
  private static float[] plusPlusByForce(float[] weights, int k, Draw draw) {
    float[] sorted = nonZero(weights);
    Arrays.sort(sorted);
    List<Float> chosen = new ArrayList<>();
    chosen.add(sorted[draw.below(sorted.length)]);
    while (chosen.size() < k) {
      double[] distances = new double[sorted.length];
      for (int i = 0; i < sorted.length; i++) {
        float weight = sorted[i];
        distances[i] =
            chosen.stream()
                .mapToDouble(centroid -> weight - centroid)
                .map(d -> d * d)
                .min()
                .orElseThrow();
      }
      double limit = draw.between(0, Arrays.stream(distances).sum());
      int i = 0;
      for (double sum = distances[0]; sum <= limit; sum += distances[i]) {
        i++;
      }
      chosen.add(sorted[i]);
    }
    chosen.sort(null);
    float[] centroids = new float[k];
    for (int j = 0; j < k; j++) {
      centroids[j] = chosen.get(j);
    }
    return centroids;
  }

  @Test
  void plusPlusDrawsByTheSquaredDistanceFromTheNearestCentroid() {
    SplittableRandom random = new SplittableRandom(2);
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      float[] weights = wholeNumbers(random);
      SortedValues values = SortedValues.of(weights);
      int k = random.nextInt(1, Math.min(12, values.size()));
      long seed = repeat;
      assertArrayEquals(
          plusPlusByForce(weights, k, Draw.of(seed)),
          PlusPlus.centroids(values, k, Draw.of(seed)),
          () -> Arrays.toString(weights) + " k " + k + " seed " + seed);
    }
  }

  /** Of {1, 1, 1, 2, 5}: the first is 1 in 3/5 of all draws, and 5 follows it in 16/17 of them. */
  @Test
  void plusPlusDrawsWithTheProbabilitiesOfItsDefinition() {
    SortedValues values = values(1, 5, 1, 2, 1);
    int both = 0;
    int draws = 20_000;
    for (int seed = 0; seed < draws; seed++) {
      float[] centroids = PlusPlus.centroids(values, 2, Draw.of(seed));
      both += centroids[0] == 1 && centroids[1] == 5 ? 1 : 0;
    }
    // First 1 then 5, or first 5 then one of three at 16 each against 2 at 9.
    double expected = 3 / 5.0 * 16 / 17 + 1 / 5.0 * 48 / 57;
    assertEquals(expected, both / (double) draws, 4 * Math.sqrt(0.25 / draws));
  }

  @ParameterizedTest
  @EnumSource
  void plusPlusDrawsDifferentWeightsOfEveryKindOfLayer(LayerKind kind) {
    SortedValues values = SortedValues.of(kind.layer(5_000, 3));
    for (int k : new int[] {1, 2, 256, Math.min(2_048, values.size() - 1)}) {
      float[] centroids = PlusPlus.centroids(values, k, Draw.of(k));
      assertEquals(k, centroids.length);
      for (int j = 0; j < k; j++) {
        assertTrue(j == 0 || centroids[j - 1] < centroids[j]);
        assertTrue(Arrays.binarySearch(values.toArray(), centroids[j]) >= 0);
      }
    }
  }
}
