package dev.espalier.workers.prune;

import dev.espalier.workers.model.Tensor;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pruning of single weights: those of lowest score go.
 *
 * <p>Exactly round(sparsity x n) weights are pruned, computed in decimal, half up. Weights of equal
 * score (0.0 and -0.0 among them) are pruned in network order, then canonical order. So a mask at a
 * higher sparsity prunes all that one at a lower sparsity does.
 */
public final class WeightPruning {
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int HIGH_BITS = 15;
  private static final int LOW_BITS = 16;

  private WeightPruning() {}

  /**
   * The masks of the given tensors, by the tensors' names, in the order given.
   *
   * @param prunable in network order, no two of one name
   * @param sparsity fraction of the weights to prune, in [0, 1)
   * @param scope {@code FLAT}: n counts all weights, in one ranking, and a layer may lose all of
   *     its weights; {@code LAYERWISE}: n counts the weights of each layer
   * @param seed of the trial, for criteria that draw
   * @throws IllegalArgumentException if a score is NaN, which has no place in a ranking
   */
  public static Map<String, Mask> masks(
      List<Tensor> prunable, Criterion criterion, BigDecimal sparsity, Scope scope, long seed) {
    return masks(scored(prunable, criterion, seed), sparsity, scope);
  }

  /**
   * The masks that prune all that {@code before} prunes, and as many weights more as the sparsity
   * asks for: those pruned before come first, whatever their score, then the others by theirs.
   *
   * @param before by the tensors' names; tensors without one have no pruned weights
   */
  public static Map<String, Mask> grown(
      Map<String, Mask> before,
      List<Tensor> prunable,
      Criterion criterion,
      BigDecimal sparsity,
      Scope scope,
      long seed) {
    List<Tensor> ranked =
        scored(prunable, criterion, seed).stream()
            .map(scores -> scores.with(prunedFirst(scores.values(), before.get(scores.name()))))
            .toList();
    Map<String, Mask> grown = masks(ranked, sparsity, scope);
    grown.replaceAll((name, mask) -> before.getOrDefault(name, mask).and(mask));
    return grown;
  }

  /** Scores in the same order, in which the pruned weights alone have 0. */
  private static float[] prunedFirst(float[] scores, @Nullable Mask pruned) {
    float[] ranked = new float[scores.length];
    for (int i = 0; i < ranked.length; i++) {
      ranked[i] = pruned == null || pruned.keeps(i) ? Math.nextUp(Math.abs(scores[i])) : 0;
    }
    return ranked;
  }

  private static List<Tensor> scored(List<Tensor> prunable, Criterion criterion, long seed) {
    return prunable.stream().map(kernel -> kernel.with(criterion.scores(kernel, seed))).toList();
  }

  private static Map<String, Mask> masks(List<Tensor> scored, BigDecimal sparsity, Scope scope) {
    if (sparsity.signum() < 0 || sparsity.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException("sparsity: must be in [0, 1), found " + sparsity);
    }
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (List<Tensor> ranked : rankings(scored, scope)) {
      Threshold threshold = threshold(ranked, sparsity);
      int ties = threshold.ties();
      for (Tensor tensor : ranked) {
        BitSet pruned = new BitSet(tensor.values().length);
        ties = prune(tensor.values(), threshold.magnitude(), ties, pruned);
        if (masks.put(tensor.name(), new Mask(tensor.values().length, pruned)) != null) {
          throw new IllegalArgumentException(
              "tensors: names must differ, found " + tensor.name() + " twice");
        }
      }
    }
    return masks;
  }

  private static Collection<List<Tensor>> rankings(List<Tensor> prunable, Scope scope) {
    return switch (scope) {
      case FLAT -> List.of(prunable);
      case LAYERWISE ->
          prunable.stream()
              .collect(
                  Collectors.groupingBy(Tensor::layer, LinkedHashMap::new, Collectors.toList()))
              .values();
    };
  }

  /**
   * Where the ranking is cut: all weights below {@code magnitude} are pruned, and the first {@code
   * ties} of those that equal it.
   *
   * @param magnitude bits of the absolute value, which order as the values do
   */
  private record Threshold(int magnitude, int ties) {}

  /**
   * Selects by counting: the upper bits of the magnitude first, then the lower bits of those with
   * the upper bits found. Two passes over the weights, whatever they are.
   */
  private static Threshold threshold(List<Tensor> ranked, BigDecimal sparsity) {
    int[] high = countUpperBits(ranked);
    long weights = ranked.stream().mapToLong(tensor -> tensor.values().length).sum();
    long left =
        sparsity
            .multiply(BigDecimal.valueOf(weights))
            .setScale(0, RoundingMode.HALF_UP)
            .longValueExact();
    int upper = 0;
    while (left > high[upper]) {
      left -= high[upper++];
    }
    int[] low = new int[1 << LOW_BITS];
    for (Tensor tensor : ranked) {
      for (float value : tensor.values()) {
        if (magnitude(value) >>> LOW_BITS == upper) {
          low[magnitude(value) & 0xffff]++;
        }
      }
    }
    int lower = 0;
    while (left > low[lower]) {
      left -= low[lower++];
    }
    return new Threshold(upper << LOW_BITS | lower, (int) left);
  }

  private static int[] countUpperBits(List<Tensor> ranked) {
    int[] counts = new int[1 << HIGH_BITS];
    for (Tensor tensor : ranked) {
      float[] values = tensor.values();
      for (int i = 0; i < values.length; i++) {
        if (Float.isNaN(values[i])) {
          throw new IllegalArgumentException(
              tensor.name() + "[" + i + "]: a score must be a number, found NaN");
        }
        counts[magnitude(values[i]) >>> LOW_BITS]++;
      }
    }
    return counts;
  }

  /** Marks the weights below the threshold and up to {@code ties} at it; what is left of those. */
  private static int prune(float[] values, int threshold, int ties, BitSet pruned) {
    int left = ties;
    for (int i = 0; i < values.length; i++) {
      int magnitude = magnitude(values[i]);
      if (magnitude < threshold) {
        pruned.set(i);
      } else if (magnitude == threshold && left > 0) {
        pruned.set(i);
        left--;
      }
    }
    return left;
  }

  private static int magnitude(float value) {
    return Float.floatToRawIntBits(value) & MAGNITUDE;
  }
}
