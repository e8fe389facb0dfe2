package dev.espalier.workers.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.CpuTime;
import dev.espalier.workers.facts.CentroidInit;
import dev.espalier.workers.random.Draw;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clustering from other starts than the optimum. */
class LloydTest {
  private static final int REPEATS = 300;
  private static final Set<CentroidInit> OTHERS =
      EnumSet.complementOf(EnumSet.of(CentroidInit.OPTIMAL));

  private static Codebook cluster(CentroidInit init, int lloyd, int k, float... values) {
    return KMeans.cluster(values, k, init, lloyd, Draw.of(7));
  }

  /** The centroids after one more iteration: every weight looks at every centroid. */
  private static float[] iterated(float[] weights, float[] centroids) {
    float[] moved = centroids.clone();
    for (int j = 0; j < centroids.length; j++) {
      BigDecimal sum = BigDecimal.ZERO;
      int members = 0;
      for (float weight : weights) {
        if (weight != 0 && nearest(weight, centroids) == j) {
          sum = sum.add(new BigDecimal(weight));
          members++;
        }
      }
      if (members > 0) {
        float mean = sum.divide(BigDecimal.valueOf(members), MathContext.DECIMAL128).floatValue();
        moved[j] = mean == 0 ? Math.copySign(Float.MIN_VALUE, sum.signum() < 0 ? -1 : 1) : mean;
      }
    }
    return moved;
  }

  private static int nearest(float weight, float[] centroids) {
    int nearest = 0;
    for (int j = 1; j < centroids.length; j++) {
      double distance = Math.abs((double) weight - centroids[j]);
      if (distance < Math.abs((double) weight - centroids[nearest])) {
        nearest = j;
      }
    }
    return nearest;
  }

  @Test
  void eachIterationMovesCentroidsToTheMeansOfWhatIsNearest() {
    SplittableRandom random = new SplittableRandom(1);
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      float[] weights = new float[random.nextInt(1, 40)];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = random.nextInt(4) == 0 ? random.nextInt(-9, 10) : random.nextInt(-999, 999);
      }
      int k = random.nextInt(1, 9);
      float[] expected = new float[k];
      for (int j = 0; j < k; j++) {
        expected[j] = (random.nextInt(-2000, 2000) * 8 + j) / 16f + 0.001f;
      }
      Arrays.sort(expected);
      SortedValues values = SortedValues.of(weights);
      float[] start = expected.clone();
      for (int iterations = 0; iterations < 6; iterations++) {
        assertArrayEquals(expected, Lloyd.moved(values, start, iterations));
        expected = iterated(weights, expected);
      }
    }
  }

  @Test
  void withoutIterationsWeightsTakeTheInitialCentroids() {
    float[] weights = {-1, -0.9f, 0, 0.2f, 0.3f, 0.6f, 1, -0.25f};
    assertArrayEquals(
        new float[] {-1, -1, 0, Float.MIN_VALUE, 0.5f, 0.5f, 1, -0.5f},
        cluster(CentroidInit.LINEAR, 0, 5, weights).decode(),
        "-0.25 is midway and takes the lower");
  }

  @Test
  void aCentroidWithoutWeightsStaysAndIsLeftOutInTheEnd() {
    float[] weights = {1, 2, 3, 100};
    assertArrayEquals(
        new float[] {1, 100}, cluster(CentroidInit.LINEAR, 0, 3, weights).centroids());
    Codebook moved = cluster(CentroidInit.LINEAR, 9, 3, weights);
    assertArrayEquals(new float[] {2, 100}, moved.centroids());
    assertEquals(2, moved.effective());
    assertEquals(2, moved.squaredError());
    // The middle centroid waits at 5.5 until the first has moved away from it.
    assertArrayEquals(
        new float[] {1, 5.5f, 10},
        Lloyd.moved(SortedValues.of(new float[] {1, 1, 10}), new float[] {1, 5.5f, 10}, 5));
  }

  @ParameterizedTest
  @EnumSource
  void layersOfFewValuesKeepThem(CentroidInit init) {
    for (int lloyd : init == CentroidInit.OPTIMAL ? new int[] {0} : new int[] {0, 3}) {
      assertArrayEquals(new float[] {-2}, cluster(init, lloyd, 1, -2).decode(), "one weight");
      assertArrayEquals(new float[] {5, 5}, cluster(init, lloyd, 4, 5, 5).decode(), "all equal");
      assertArrayEquals(new float[] {0, 0}, cluster(init, lloyd, 2, 0, -0.0f).decode(), "zeros");
      float[] three = {-3, 0, 7, -3, Float.MIN_VALUE};
      assertArrayEquals(three, cluster(init, lloyd, 3, three).decode(), "as many as k");
      Codebook more = cluster(init, lloyd, 2048, three);
      assertArrayEquals(three, more.decode(), "fewer than k");
      assertEquals(3, more.effective());
    }
  }

  @ParameterizedTest
  @EnumSource(names = "OPTIMAL", mode = EnumSource.Mode.EXCLUDE)
  void oneCentroidIsTheMeanAfterOneIteration(CentroidInit init) {
    assertArrayEquals(new float[] {-4, -4, 0, -4}, cluster(init, 1, 1, -1, -2, 0, -9).decode());
  }

  @Test
  void oneCentroidStartsInTheMiddleAtTheMedianOrAtAWeight() {
    float[] weights = {-1, -2, 0, -9};
    assertArrayEquals(new float[] {-5}, cluster(CentroidInit.LINEAR, 0, 1, weights).centroids());
    assertArrayEquals(new float[] {-2}, cluster(CentroidInit.DENSITY, 0, 1, weights).centroids());
    float drawn = cluster(CentroidInit.KMEANS_PLUS_PLUS, 0, 1, weights).centroids()[0];
    assertTrue(drawn == -1 || drawn == -2 || drawn == -9);
  }

  @ParameterizedTest
  @EnumSource
  void noIterationRaisesTheErrorAndNoneIsBelowTheOptimum(LayerKind kind) {
    float[] layer = kind.layer(1_500, 4);
    for (int k : new int[] {1, 2, 7, 64, 300}) {
      double optimum = KMeans.cluster(layer, k).squaredError();
      for (CentroidInit init : OTHERS) {
        double before = Double.POSITIVE_INFINITY;
        for (int lloyd = 0; lloyd <= 12; lloyd++) {
          Codebook codebook = cluster(init, lloyd, k, layer);
          double error = codebook.squaredError();
          String what = init + " k " + k + " lloyd " + lloyd + " of " + kind;
          assertTrue(error <= before * (1 + 1e-12), what);
          assertTrue(optimum <= 1.001 * error, what);
          assertTrue(codebook.effective() <= k, what);
          assertEquals(codebook.effective(), codebook.centroids().length, what);
          before = error;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void zerosStayAndNoOtherWeightBecomesOne(CentroidInit init) {
    float[] layer = LayerKind.PRUNED.layer(20_000, 5);
    layer[3] = -0.0f;
    float[] decoded = cluster(init, 0, 31, layer).decode();
    for (int i = 0; i < layer.length; i++) {
      assertEquals(layer[i] == 0, Float.floatToRawIntBits(decoded[i]) == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void dependsOnTheWeightsButNotOnTheirOrder(CentroidInit init) {
    float[] layer = LayerKind.DUPLICATES.layer(9_000, 6);
    float[] reversed = new float[layer.length];
    for (int i = 0; i < layer.length; i++) {
      reversed[i] = layer[layer.length - 1 - i];
    }
    int lloyd = init == CentroidInit.OPTIMAL ? 0 : 3;
    assertArrayEquals(
        cluster(init, lloyd, 16, layer).centroids(),
        cluster(init, lloyd, 16, reversed).centroids());
  }

  @ParameterizedTest
  @EnumSource(names = {"RANDOM", "KMEANS_PLUS_PLUS"})
  void otherDrawsGiveOtherCentroids(CentroidInit init) {
    float[] layer = LayerKind.GAUSSIAN.layer(9_000, 7);
    float[] one = KMeans.cluster(layer, 16, init, 2, Draw.of(1)).centroids();
    assertArrayEquals(one, KMeans.cluster(layer, 16, init, 2, Draw.of(1)).centroids());
    assertFalse(Arrays.equals(one, KMeans.cluster(layer, 16, init, 2, Draw.of(2)).centroids()));
  }

  /** Many weights near zero and few large ones: what Deep Compression says of its starts. */
  @Test
  void linearKeepsLargeWeightsWhereDensityRoundsThem() {
    float[] layer = LayerKind.GAUSSIAN.layer(50_000, 8);
    float linear = greatest(cluster(CentroidInit.LINEAR, 5, 16, layer));
    float density = greatest(cluster(CentroidInit.DENSITY, 5, 16, layer));
    assertTrue(linear > density, linear + " and " + density);
  }

  private static float greatest(Codebook codebook) {
    float[] centroids = codebook.centroids();
    return centroids[centroids.length - 1];
  }

  @ParameterizedTest
  @EnumSource(names = "OPTIMAL", mode = EnumSource.Mode.EXCLUDE)
  void clustersTheLargestLayerInTheTimeOfThreeSorts(CentroidInit init) {
    float[] layer = LayerKind.GAUSSIAN.layer(2_359_296, 9);
    for (int warmUp = 0; warmUp < 2; warmUp++) {
      cluster(init, 10, 256, layer);
      Arrays.sort(layer.clone());
    }
    double sorts = CpuTime.inSorts(layer, () -> cluster(init, 10, 256, layer));
    assertTrue(sorts < 3, () -> "took as long as " + sorts + " sorts");
  }
}
