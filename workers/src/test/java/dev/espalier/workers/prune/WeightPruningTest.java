package dev.espalier.workers.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.CpuTime;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
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
    return WeightPruning.masks(tensors, new Magnitude(), new BigDecimal(sparsity), scope, 1);
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
      assertEquals(flat, WeightPruning.masks(tensors, new Magnitude(), sparsity, Scope.FLAT, 1));

      Map<String, Mask> layerwise = new LinkedHashMap<>();
      tensors.forEach(tensor -> rank(List.of(tensor), sparsity, layerwise));
      assertEquals(
          layerwise, WeightPruning.masks(tensors, new Magnitude(), sparsity, Scope.LAYERWISE, 1));
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
