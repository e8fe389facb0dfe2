package dev.espalier.workers.prune;

import dev.espalier.workers.model.Tensor;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pruning of the single weights with the lowest scores.
 *
 * <p>A {@link Rounding} determines how many of n weights are pruned. Weights of equal score (0.0
 * and -0.0 among them) are pruned in network order, then canonical order, or all kept if the
 * rounding says so. So a mask at a higher sparsity prunes everything that a mask at a lower
 * sparsity prunes.
 *
 * @param scope {@code FLAT}: n counts all weights, in one ranking, and a layer may lose all of its
 *     weights; {@code LAYERWISE}: n counts the weights of each layer
 */
public record WeightPruning(Criterion criterion, Scope scope, Rounding rounding)
    implements Serializable {
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int HIGH_BITS = 15;
  private static final int LOW_BITS = 16;

  /** By magnitude, with the number pruned rounded half up. */
  public static WeightPruning byMagnitude(Scope scope) {
    return new WeightPruning(new Magnitude(), scope, Rounding.HALF_UP);
  }

  /** Its part of canonical texts: {@code flat by magnitude, half up, ties by index}. */
  public String canonical() {
    return scope.word() + " by " + criterion.word() + ", " + rounding.canonical();
  }

  /**
   * The masks of the given tensors, by the tensors' names, in the order given.
   *
   * @param prunable in network order, no two of one name
   * @param sparsity fraction of the weights to prune, in [0, 1)
   * @param seed of the trial, for criteria that draw
   * @throws IllegalArgumentException if a score is NaN, which has no place in a ranking
   */
  public Map<String, Mask> masks(List<Tensor> prunable, BigDecimal sparsity, long seed) {
    return masks(scored(prunable, seed), sparsity);
  }

  /**
   * The masks that prune everything that {@code before} prunes, and as many more weights as the
   * sparsity requires: already pruned weights come first, whatever their score, then the others by
   * score.
   *
   * @param before by the tensors' names; tensors without one have no pruned weights
   */
  public Map<String, Mask> grown(
      Map<String, Mask> before, List<Tensor> prunable, BigDecimal sparsity, long seed) {
    List<Tensor> ranked =
        scored(prunable, seed).stream()
            .map(scores -> scores.with(prunedFirst(scores.values(), before.get(scores.name()))))
            .toList();
    Map<String, Mask> grown = masks(ranked, sparsity);
    grown.replaceAll((name, mask) -> before.getOrDefault(name, mask).and(mask));
    return grown;
  }

  /** Scores in the same order, in which only the pruned weights have 0. */
  private static float[] prunedFirst(float[] scores, @Nullable Mask pruned) {
    float[] ranked = new float[scores.length];
    for (int i = 0; i < ranked.length; i++) {
      ranked[i] = pruned == null || pruned.keeps(i) ? Math.nextUp(Math.abs(scores[i])) : 0;
    }
    return ranked;
  }

  private List<Tensor> scored(List<Tensor> prunable, long seed) {
    return prunable.stream().map(kernel -> kernel.with(criterion.scores(kernel, seed))).toList();
  }

  private Map<String, Mask> masks(List<Tensor> scored, BigDecimal sparsity) {
    if (sparsity.signum() < 0 || sparsity.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException("sparsity: must be in [0, 1), found " + sparsity);
    }
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (List<Tensor> ranked : rankings(scored)) {
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

  /**
   * The masks that prune every weight whose absolute value is below a threshold, and zeros.
   *
   * @param threshold above 0
   */
  public static Map<String, Mask> below(List<Tensor> prunable, float threshold) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Tensor tensor : prunable) {
      BitSet pruned = new BitSet(tensor.values().length);
      prune(tensor.values(), magnitude(threshold), 0, pruned);
      masks.put(tensor.name(), new Mask(tensor.values().length, pruned));
    }
    return masks;
  }

  private Collection<List<Tensor>> rankings(List<Tensor> prunable) {
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
   * the upper bits found. Always two passes over the weights.
   */
  private Threshold threshold(List<Tensor> ranked, BigDecimal sparsity) {
    int[] high = countUpperBits(ranked);
    long weights = ranked.stream().mapToLong(tensor -> tensor.values().length).sum();
    long left = rounding.pruned(sparsity, weights);
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
    boolean someTie = left < low[lower];
    int ties = someTie && rounding.keepsTies() ? 0 : (int) left;
    return new Threshold(upper << LOW_BITS | lower, ties);
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

  /**
   * Marks the weights below the threshold and up to {@code ties} at it; returns the remaining ties.
   */
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
