package dev.espalier.sweep.toy;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Criterion;

/** The place of a weight in its kernel: the first go first. */
record Position() implements Criterion {
  @Override
  public String word() {
    return "position";
  }

  @Override
  public String meaning() {
    return "the first weights of a kernel";
  }

  @Override
  public float[] scores(Tensor kernel, long seed) {
    float[] scores = new float[kernel.values().length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = i;
    }
    return scores;
  }
}
