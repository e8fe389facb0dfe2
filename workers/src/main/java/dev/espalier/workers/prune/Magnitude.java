package dev.espalier.workers.prune;

import dev.espalier.workers.model.Tensor;

/** The absolute value of a weight (Han et al., arXiv 1506.02626). */
public record Magnitude() implements Criterion {
  @Override
  public String word() {
    return "magnitude";
  }

  @Override
  public String meaning() {
    return "the weights with the smallest absolute value";
  }

  @Override
  public float[] scores(Tensor kernel, long seed) {
    return kernel.values();
  }
}
