package dev.espalier.workers.prune;

import dev.espalier.workers.model.Tensor;
import java.io.Serializable;

/** What makes a weight unimportant: pruning removes the weights of lowest score. */
public interface Criterion extends Serializable {

  /** The word in configs and canonical texts: {@code magnitude}. */
  String word();

  /** What it does, for the reference of the config: a phrase without a full stop. */
  String meaning();

  /**
   * A score for each weight of a kernel, in canonical order; its sign counts for nothing. Equal
   * kernels of one name have equal scores, on every machine.
   *
   * @param seed of the trial, for criteria that draw
   */
  float[] scores(Tensor kernel, long seed);
}
