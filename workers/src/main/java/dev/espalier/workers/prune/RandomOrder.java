package dev.espalier.workers.prune;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.random.Draw;

/**
 * Weights in random order, whatever their values: the control that every other criterion must beat.
 */
public record RandomOrder() implements Criterion {
  private static final int LARGEST = Float.floatToRawIntBits(Float.MAX_VALUE);

  @Override
  public String word() {
    return "random";
  }

  @Override
  public String meaning() {
    return "weights drawn by the trial's seed";
  }

  /**
   * Positive floats, uniform in their bits; 0 for weights that are already zero, which are pruned
   * first.
   */
  @Override
  public float[] scores(Tensor kernel, long seed) {
    Draw draw = Draw.of(seed, Draw.WEIGHT_PRUNING, kernel.name().hashCode());
    float[] scores = new float[kernel.values().length];
    for (int i = 0; i < scores.length; i++) {
      float drawn = Float.intBitsToFloat(1 + draw.below(LARGEST));
      scores[i] = kernel.values()[i] == 0 ? 0 : drawn;
    }
    return scores;
  }
}
