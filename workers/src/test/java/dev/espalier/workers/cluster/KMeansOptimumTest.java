package dev.espalier.workers.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Codebooks beside the best that k floats can do. */
class KMeansOptimumTest {
  private static final double BOUND = 1.001;

  @ParameterizedTest
  @EnumSource
  void fewValues(LayerKind kind) {
    for (int k : new int[] {2, 16, 300}) {
      assertClose(kind, 1_200, k);
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyValues(LayerKind kind) {
    assertClose(kind, 6_000, 60);
    assertClose(kind, 6_000, 200);
  }

  @ParameterizedTest
  @CsvSource({"FAR", "FARTHER", "GAUSSIAN_TO_THE_FIFTH"})
  void longTailsWithManyCentroids(LayerKind kind) {
    assertClose(kind, 6_000, 1024);
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @EnumSource
  void fiftyThousandWeights(LayerKind kind) {
    assertClose(kind, 50_000, 256);
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @CsvSource({"FAR", "FARTHER", "GAUSSIAN_TO_THE_FIFTH"})
  void longTailsOfFiftyThousandWeights(LayerKind kind) {
    assertClose(kind, 50_000, 600);
    assertClose(kind, 50_000, 1024);
  }

  private static void assertClose(LayerKind kind, int size, int k) {
    float[] layer = kind.layer(size, size + k);
    double least = new ExactKMeans(layer).leastError(k);
    Codebook codebook = KMeans.cluster(layer, k);
    double found = error(layer, codebook.decode());
    assertTrue(found <= BOUND * least, () -> k + " centroids: " + found / least + " of the least");
    assertTrue(found >= 0.999999 * least, () -> k + " centroids: " + found / least);
    assertEquals(found, codebook.squaredError(), 1e-9 * found);
  }

  private static double error(float[] layer, float[] decoded) {
    double error = 0;
    for (int i = 0; i < layer.length; i++) {
      double difference = (double) layer[i] - decoded[i];
      error += difference * difference;
    }
    return error;
  }

  /** Any floats beside each other, in exact arithmetic, by trying every partition. */
  @Test
  void floatsOfEveryMagnitude() {
    SplittableRandom random = new SplittableRandom(3);
    for (int repeat = 0; repeat < 150; repeat++) {
      float[] layer = new float[random.nextInt(2, 9)];
      for (int i = 0; i < layer.length; i++) {
        int exponent = random.nextInt(-149, 128);
        float value =
            Math.scalb(1 + random.nextInt(8) / 8f, random.nextInt(3) > 0 ? exponent : -20);
        layer[i] = random.nextBoolean() ? value : -value;
      }
      Arrays.sort(layer);
      for (int k = 1; k < layer.length; k++) {
        BigDecimal least = least(layer, 0, k);
        BigDecimal found = exactError(layer, KMeans.cluster(layer, k).decode());
        assertTrue(
            found.compareTo(least.multiply(new BigDecimal("1.001"))) <= 0,
            () -> Arrays.toString(layer) + ": " + found + " instead of " + least);
      }
    }
  }

  private static BigDecimal least(float[] sorted, int from, int k) {
    BigDecimal best = ofRun(sorted, from, sorted.length);
    for (int cut = from + 1; cut < sorted.length && k > 1; cut++) {
      best = best.min(ofRun(sorted, from, cut).add(least(sorted, cut, k - 1)));
    }
    return best;
  }

  private static BigDecimal ofRun(float[] sorted, int from, int to) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = from; i < to; i++) {
      sum = sum.add(new BigDecimal(sorted[i]));
    }
    float mean = sum.divide(BigDecimal.valueOf(to - from), MathContext.DECIMAL128).floatValue();
    float[] run = Arrays.copyOfRange(sorted, from, to);
    return Stream.of(Math.nextDown(mean), mean, Math.nextUp(mean))
        .filter(centroid -> centroid != 0)
        .map(centroid -> exactError(run, filled(run.length, centroid)))
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  private static BigDecimal exactError(float[] layer, float[] decoded) {
    BigDecimal error = BigDecimal.ZERO;
    for (int i = 0; i < layer.length; i++) {
      BigDecimal difference = new BigDecimal(layer[i]).subtract(new BigDecimal(decoded[i]));
      error = error.add(difference.multiply(difference));
    }
    return error;
  }
}
