package dev.espalier.workers.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.CpuTime;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KMeansTest {
  private static final int REPEATS = 200;

  /** The least squared error of k clusters, by trying every cut of the sorted weights. */
  private static double bestByForce(float[] sorted, int from, int k) {
    if (k == 1) {
      return squaredError(sorted, from, sorted.length);
    }
    double best = squaredError(sorted, from, sorted.length);
    for (int cut = from + 1; cut < sorted.length; cut++) {
      best = Math.min(best, squaredError(sorted, from, cut) + bestByForce(sorted, cut, k - 1));
    }
    return best;
  }

  private static double squaredError(float[] sorted, int from, int to) {
    double mean = IntStream.range(from, to).mapToDouble(i -> sorted[i]).average().orElse(0);
    return IntStream.range(from, to).mapToDouble(i -> Math.pow(sorted[i] - mean, 2)).sum();
  }

  private static float[] nonZeros(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    float[] kept = new float[sorted.length];
    int size = 0;
    for (float value : sorted) {
      if (value != 0) {
        kept[size++] = value;
      }
    }
    return Arrays.copyOf(kept, size);
  }

  /** Roughly normal with mean 0, a share of them zero. */
  static float[] layer(SplittableRandom random, int size, double sparsity) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      double sum =
          random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
      values[i] = random.nextDouble() < sparsity ? 0 : (float) ((sum - 2) * 0.05);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void findsTheOptimumOfSmallLayers(int k) {
    SplittableRandom random = new SplittableRandom(k);
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      float[] values = new float[random.nextInt(1, 14)];
      float offset = random.nextInt(3) * 1000;
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(4) == 0 ? 0 : offset + random.nextInt(-20, 20);
      }
      double best = bestByForce(nonZeros(values), 0, k);
      double found = KMeans.cluster(values, k).squaredError();
      // Centroids are floats, so each may be off by half a unit in the last place of 1,020.
      assertEquals(best, found, 1e-5 + 1e-6 * best, () -> Arrays.toString(values));
    }
  }

  @Test
  void sharesAtMostKValuesAndKeepsExactlyTheZeros() {
    SplittableRandom random = new SplittableRandom(1);
    for (int k : new int[] {1, 2, 3, 16, 32, 256}) {
      float[] values = layer(random, 5_000, 0.6);
      values[7] = -0.0f;
      Codebook codebook = KMeans.cluster(values, k);
      float[] decoded = codebook.decode();
      assertEquals(k, codebook.centroids().length);
      assertEquals(k, codebook.effective());
      assertEquals(values.length, codebook.size());
      for (int i = 0; i < values.length; i++) {
        assertEquals(values[i] == 0, codebook.code(i) == 0);
        assertEquals(values[i] == 0, Float.floatToRawIntBits(decoded[i]) == 0);
      }
    }
  }

  @Test
  void givesEachWeightItsNearestCentroid() {
    float[] values = layer(new SplittableRandom(2), 3_000, 0.1);
    Codebook codebook = KMeans.cluster(values, 20);
    float[] decoded = codebook.decode();
    for (int i = 0; i < values.length; i++) {
      for (float centroid : codebook.centroids()) {
        if (values[i] != 0) {
          double distance = Math.abs((double) values[i] - decoded[i]);
          assertTrue(distance <= Math.abs((double) values[i] - centroid));
        }
      }
    }
  }

  @Test
  void cutsOnTheLeftWhereTwoCutsAreAsGood() {
    // {1} and {2, 3} are as good as {1, 2} and {3}: the cut is the leftmost.
    assertArrayEquals(new float[] {2.5f, 1, 2.5f}, decode(2, 2, 1, 3));
  }

  private static float[] decode(int k, float... values) {
    return KMeans.cluster(values, k).decode();
  }

  @Test
  void keepsFewDifferentValuesAsTheyAre() {
    float[] values = {0.5f, -0.0f, -3, 0, 0.5f, Float.MIN_VALUE, -3};
    for (int k : new int[] {3, 4, 2048}) {
      Codebook codebook = KMeans.cluster(values, k);
      assertArrayEquals(new float[] {-3, Float.MIN_VALUE, 0.5f}, codebook.centroids());
      assertArrayEquals(new float[] {0.5f, 0, -3, 0, 0.5f, Float.MIN_VALUE, -3}, codebook.decode());
      assertEquals(0, codebook.squaredError());
    }
  }

  @Test
  void findsItsOwnCentroidsAgain() {
    Codebook once = KMeans.cluster(layer(new SplittableRandom(3), 9_000, 0.5), 32);
    Codebook twice = KMeans.cluster(once.decode(), 32);
    assertArrayEquals(once.centroids(), twice.centroids());
    assertArrayEquals(once.decode(), twice.decode());
  }

  @Test
  void dependsOnTheWeightsButNotOnTheirOrder() {
    SplittableRandom random = new SplittableRandom(4);
    float[] values = layer(random, 30_000, 0.5);
    float[] shuffled = values.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
    float[] centroids = KMeans.cluster(values, 16).centroids();
    assertArrayEquals(centroids, KMeans.cluster(shuffled, 16).centroids());
    float[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= 2; // exact, so everything doubles exactly
    }
    float[] doubled = KMeans.cluster(scaled, 16).centroids();
    for (int j = 0; j < 16; j++) {
      assertEquals(2 * centroids[j], doubled[j]);
    }
  }

  @Test
  void neverMergesWeightsIntoZero() {
    assertArrayEquals(
        new float[] {Float.MIN_VALUE, 0, Float.MIN_VALUE}, decode(1, -1, 0, 1), "mean 0");
    float least = -Float.MIN_VALUE;
    assertArrayEquals(
        new float[] {least, least, least}, decode(1, 3 * least, 4 * -least, -2 * -least));
  }

  @Test
  void keepsTinyCentroidsApartBesideHugeOnes() {
    float[] values = {1e30f, -3e30f, 1e-30f, 2e-30f, 5e29f, -1e-30f, 7e29f};
    float[] centroids = KMeans.cluster(values, 6).centroids();
    for (int j = 1; j < centroids.length; j++) {
      assertTrue(centroids[j - 1] < centroids[j], () -> Arrays.toString(centroids));
    }
  }

  @Test
  void clustersLayersWithoutWeightsOrWithZerosOnly() {
    assertEquals(0, KMeans.cluster(new float[0], 4).size());
    Codebook zeros = KMeans.cluster(new float[] {0, -0.0f}, 1);
    assertEquals(0, zeros.effective());
    assertArrayEquals(new float[] {0, 0}, zeros.decode());
  }

  @Test
  void refusesWhatItCannotCluster() {
    assertRefused("centroids: must be in [1, 2048], found 0", 0, 1);
    assertRefused("centroids: must be in [1, 2048], found 2049", 2049, 1);
    assertRefused("values[1]: a weight must be finite, found NaN", 2, 1, Float.NaN);
    assertRefused(
        "values[0]: a weight must be finite, found -Infinity", 2, Float.NEGATIVE_INFINITY);
  }

  private static void assertRefused(String message, int k, float... values) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> KMeans.cluster(values, k)).getMessage());
  }

  /** 0.4 s of processor time for 256 centroids, of which sorting is more than half. */
  @Test
  void clustersTheLargestLayerInTheTimeOfThreeSorts() {
    float[] layer = LayerKind.GAUSSIAN.layer(2_359_296, 5);
    for (int warmUp = 0; warmUp < 2; warmUp++) {
      assertEquals(256, KMeans.cluster(layer, 256).effective());
      Arrays.sort(layer.clone());
    }
    double sorts = CpuTime.inSorts(layer, () -> KMeans.cluster(layer, 256));
    assertTrue(sorts < 3, () -> "took as long as " + sorts + " sorts");
  }
}
