package dev.espalier.workers.prune;

import dev.espalier.workers.model.Tensor;
import java.io.Serializable;

/** A measure of the importance of weights: pruning removes the weights with the lowest scores. */
public interface Criterion extends Serializable {

  /** The word in configs and canonical texts: {@code magnitude}. */
  String word();

  /** What it does, for the reference of the config: a phrase without a full stop. */
  String meaning();

  /**
   * A score for each weight of a kernel, in canonical order; its sign is ignored. Equal kernels
   * with the same name have equal scores on every machine.
   *
   * @param seed of the trial, for random criteria
   */
  float[] scores(Tensor kernel, long seed);
}
