package dev.espalier.workers.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.CpuTime;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightPruningTest {
  private static Tensor tensor(String layer, float... values) {
    return new Tensor(layer + "/W", Kind.DENSE, List.of(values.length), 1, true, values);
  }

  private static Map<String, Mask> masks(List<Tensor> tensors, String sparsity, Scope scope) {
    return WeightPruning.byMagnitude(scope).masks(tensors, new BigDecimal(sparsity), 1);
  }

  private static int pruned(Map<String, Mask> masks) {
    return masks.values().stream().mapToInt(mask -> mask.size() - mask.kept()).sum();
  }

  /** Few different magnitudes, so that most cuts go through ties; zeros of both signs. */
  private static List<Tensor> network(SplittableRandom random) {
    List<Tensor> tensors = new ArrayList<>();
    int magnitudes = random.nextInt(1, 40);
    for (int layer = 0; layer < random.nextInt(1, 5); layer++) {
      float[] values = new float[random.nextInt(1, 60)];
      for (int i = 0; i < values.length; i++) {
        float value = random.nextInt(magnitudes) * (random.nextBoolean() ? 0.01f : 100.0f);
        values[i] = random.nextBoolean() ? value : -value;
      }
      tensors.add(tensor("layer" + layer, values));
    }
    return tensors;
  }

  /** One weight of a ranking, for the oracle. */
  private record Weight(String tensor, int index, float magnitude) {}

  private static void rank(List<Tensor> tensors, BigDecimal sparsity, Map<String, Mask> masks) {
    List<Weight> ranking = new ArrayList<>();
    for (Tensor tensor : tensors) {
      for (int i = 0; i < tensor.values().length; i++) {
        ranking.add(new Weight(tensor.name(), i, Math.abs(tensor.values()[i])));
      }
    }
    ranking.sort(Comparator.comparingDouble(Weight::magnitude)); // stable: ties stay in order
    int count =
        new BigDecimal(ranking.size())
            .multiply(sparsity)
            .setScale(0, RoundingMode.HALF_UP)
            .intValueExact();
    List<Weight> smallest = ranking.subList(0, count);
    for (Tensor tensor : tensors) {
      int[] zeros =
          smallest.stream()
              .filter(weight -> weight.tensor().equals(tensor.name()))
              .mapToInt(Weight::index)
              .toArray();
      masks.put(tensor.name(), Mask.pruning(tensor.values().length, zeros));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void prunesWhatAStableSortPrunes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      List<Tensor> tensors = network(random);
      BigDecimal sparsity = BigDecimal.valueOf(random.nextInt(1000), 3);

      Map<String, Mask> flat = new LinkedHashMap<>();
      rank(tensors, sparsity, flat);
      assertEquals(flat, WeightPruning.byMagnitude(Scope.FLAT).masks(tensors, sparsity, 1));

      Map<String, Mask> layerwise = new LinkedHashMap<>();
      tensors.forEach(tensor -> rank(List.of(tensor), sparsity, layerwise));
      assertEquals(
          layerwise, WeightPruning.byMagnitude(Scope.LAYERWISE).masks(tensors, sparsity, 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.7,45,32", "0.5,1,1", "0.49,1,0", "0.1,5,1", "0.3,5,2", "0.0,7,0", "0.999,10,10"})
  void prunesExactlyTheRoundedShare(String sparsity, int weights, int expected) {
    float[] values = new float[weights];
    for (int i = 0; i < weights; i++) {
      values[i] = weights - i;
    }
    assertEquals(expected, pruned(masks(List.of(tensor("a", values)), sparsity, Scope.FLAT)));
  }

  /** Weights that a layer loses at half the sparsity, by tool: ours, torch, TFMOT and EdgeMark. */
  @ParameterizedTest
  @CsvSource({
    "HALF_UP,1,1",
    "HALF_UP,5,3",
    "HALF_EVEN,1,0",
    "HALF_EVEN,5,2",
    "KEEP_HALF_EVEN,1,0",
    "KEEP_HALF_EVEN,5,3",
    "FLOOR_KEEP,1,0",
    "FLOOR_KEEP,5,3",
    "FLOOR_KEEP_DOUBLE,5,3"
  })
  void roundsAsTheToolsDo(Rounding rounding, int weights, int expected) {
    float[] values = new float[weights];
    for (int i = 0; i < weights; i++) {
      values[i] = weights - i;
    }
    WeightPruning pruning = new WeightPruning(new Magnitude(), Scope.LAYERWISE, rounding);
    assertEquals(
        expected, pruned(pruning.masks(List.of(tensor("a", values)), new BigDecimal("0.5"), 1)));
  }

  @Test
  void keepsAllThatTieWithTheLeastKeptOneWhereTheRoundingSaysSo() {
    List<Tensor> tied = List.of(tensor("a", 1, -2, 2, 2, 3), tensor("b", 4, 5, 6, 7));
    WeightPruning tfmot =
        new WeightPruning(new Magnitude(), Scope.LAYERWISE, Rounding.KEEP_HALF_EVEN);
    Map<String, Mask> masks = tfmot.masks(tied, new BigDecimal("0.5"), 1);
    assertArrayEquals(new int[] {0}, zeros(masks, "a/W")); // keeps 2, which are 3 and a 2
    assertArrayEquals(new int[] {0, 1}, zeros(masks, "b/W"));
  }

  @Test
  void neverKeepsLessThanOneWhereTheKeptOnesAreRounded() {
    for (Rounding rounding : Rounding.values()) {
      boolean atLeastOne = rounding.word().contains("keep");
      assertEquals(atLeastOne ? 2 : 3, rounding.pruned(new BigDecimal("0.99"), 3), "" + rounding);
      assertEquals(0, rounding.pruned(new BigDecimal("0.99"), 0), "" + rounding);
    }
  }

  @Test
  void keepsOneMoreFilterInDecimalThanTorchPruningInBinary() {
    BigDecimal sparsity = new BigDecimal("0.9");
    assertEquals(1280 - 128, Rounding.FLOOR_KEEP.pruned(sparsity, 1280));
    assertEquals(1280 - 127, Rounding.FLOOR_KEEP_DOUBLE.pruned(sparsity, 1280));
  }

  @Test
  void randomOrderDependsOnSeedAndNameAloneAndPrunesZerosFirst() {
    Tensor ones = tensor("a", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    Tensor others = tensor("a", 9, -3, 2, 4, 8, 1, 1, 1, 1, 7, 1, 1, 1, 1, 5, 1);
    WeightPruning random = new WeightPruning(new RandomOrder(), Scope.FLAT, Rounding.HALF_UP);
    BigDecimal half = new BigDecimal("0.5");
    assertEquals(random.masks(List.of(ones), half, 1), random.masks(List.of(others), half, 1));
    assertNotEquals(random.masks(List.of(ones), half, 1), random.masks(List.of(ones), half, 2));
    Tensor pruned = tensor("a", 1, 0, 1, 0, 1, -0.0f);
    assertArrayEquals(new int[] {1, 3, 5}, zeros(random.masks(List.of(pruned), half, 1), "a/W"));
  }

  @Test
  void randomOrderPrunesEveryPlaceAboutAsOften() {
    int[] counts = new int[8];
    WeightPruning random = new WeightPruning(new RandomOrder(), Scope.FLAT, Rounding.HALF_UP);
    for (int seed = 0; seed < 8_000; seed++) {
      Tensor layer = tensor("a", 8, 7, 6, 5, 4, 3, 2, 1);
      for (int index : zeros(random.masks(List.of(layer), new BigDecimal("0.25"), seed), "a/W")) {
        counts[index]++;
      }
    }
    for (int count : counts) { // 2,000 each; five standard deviations are 194
      assertTrue(Math.abs(count - 2_000) < 194, () -> Arrays.toString(counts));
    }
  }

  @Test
  void aThresholdPrunesWhatIsBelowItAndNothingAtIt() {
    Tensor layer = tensor("a", 0.1f, -0.1f, 0.0999f, 0, -0.0f, 0.2f);
    assertArrayEquals(new int[] {2, 3, 4}, zeros(WeightPruning.below(List.of(layer), 0.1f), "a/W"));
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void prunesThePublishedCountOfTheMnistNetwork(Scope scope) {
    SplittableRandom random = new SplittableRandom(3);
    List<Tensor> kernels =
        IntStream.of(288, 18_432, 401_408, 1_280)
            .mapToObj(size -> tensor("layer" + size, gaussian(random, size)))
            .toList();
    assertEquals(421_408, kernels.stream().mapToInt(kernel -> kernel.values().length).sum());
    assertEquals(210_704, pruned(masks(kernels, "0.5", scope)));
  }

  @Test
  void breaksTiesByTheOrderOfLayersThenOfWeights() {
    List<Tensor> tensors = List.of(tensor("b", 1, 0.0f, -0.0f, 1), tensor("a", -1, 1, 0, 2));
    Map<String, Mask> flat = masks(tensors, "0.625", Scope.FLAT);
    assertEquals(List.of("b/W", "a/W"), List.copyOf(flat.keySet()));
    assertArrayEquals(new int[] {0, 1, 2, 3}, zeros(flat, "b/W"));
    assertArrayEquals(new int[] {2}, zeros(flat, "a/W"));

    Map<String, Mask> layerwise = masks(tensors, "0.25", Scope.LAYERWISE);
    assertArrayEquals(new int[] {1}, zeros(layerwise, "b/W"));
    assertArrayEquals(new int[] {2}, zeros(layerwise, "a/W"));
  }

  private static int[] zeros(Map<String, Mask> masks, String name) {
    Mask mask = masks.get(name);
    return mask == null ? new int[0] : mask.zeros();
  }

  @Test
  void findsTheSameMasksInItsOwnResult() {
    SplittableRandom random = new SplittableRandom(5);
    for (Scope scope : Scope.values()) {
      List<Tensor> tensors =
          List.of(tensor("a", gaussian(random, 999)), tensor("b", gaussian(random, 77)));
      Map<String, Mask> once = masks(tensors, "0.83", scope);
      for (Tensor tensor : tensors) {
        Mask.pruning(tensor.values().length, zeros(once, tensor.name())).apply(tensor.values());
      }
      assertEquals(once, masks(tensors, "0.83", scope));
    }
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void prunesAtAHigherSparsityAllThatALowerOnePrunes(Scope scope) {
    List<Tensor> tensors = network(new SplittableRandom(7));
    Map<String, Mask> lower = masks(tensors, "0", scope);
    for (String sparsity : List.of("0.1", "0.3", "0.5", "0.75", "0.9", "0.99")) {
      Map<String, Mask> higher = masks(tensors, sparsity, scope);
      for (Tensor tensor : tensors) {
        Mask after = Mask.pruning(tensor.values().length, zeros(higher, tensor.name()));
        for (int index : zeros(lower, tensor.name())) {
          assertTrue(!after.keeps(index), tensor.name() + "[" + index + "] at " + sparsity);
        }
      }
      lower = higher;
    }
  }

  @Test
  void ranksDenormalsAndInfinitiesByMagnitude() {
    Tensor tensor = tensor("a", Float.NEGATIVE_INFINITY, -Float.MIN_VALUE, Float.MAX_VALUE, 0);
    assertArrayEquals(
        new int[] {1, 2, 3}, zeros(masks(List.of(tensor), "0.75", Scope.FLAT), "a/W"));
  }

  @Test
  void refusesNaNAndSparsitiesOutOfRangeAndNamesThatRepeat() {
    assertRefused("a/W[1]: a score must be a number, found NaN", "0.5", tensor("a", 1, Float.NaN));
    assertRefused("sparsity: must be in [0, 1), found 1.0", "1.0", tensor("a", 1));
    assertRefused("sparsity: must be in [0, 1), found -0.1", "-0.1", tensor("a", 1));
    assertRefused(
        "tensors: names must differ, found a/W twice", "0.5", tensor("a", 1), tensor("a", 2));
  }

  private static void assertRefused(String message, String sparsity, Tensor... tensors) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class, () -> masks(List.of(tensors), sparsity, Scope.FLAT));
    assertEquals(message, error.getMessage());
  }

  @Test
  void ranksElevenMillionWeightsFasterThanTheyAreSorted() {
    SplittableRandom random = new SplittableRandom(11);
    float[] half = gaussian(random, 5_500_000);
    List<Tensor> tensors = List.of(tensor("a", half), tensor("b", gaussian(random, 5_500_000)));
    masks(tensors, "0.1", Scope.FLAT);
    double sortsOfHalf =
        CpuTime.inSorts(
            half, () -> assertEquals(9_900_000, pruned(masks(tensors, "0.9", Scope.FLAT))));
    assertTrue(sortsOfHalf < 2, () -> "took as long as " + sortsOfHalf + " sorts of half of them");
  }

  /** Roughly normal: the sum of four uniform numbers. */
  private static float[] gaussian(SplittableRandom random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      double sum =
          random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
      values[i] = (float) ((sum - 2) * 0.1);
    }
    return values;
  }
}
