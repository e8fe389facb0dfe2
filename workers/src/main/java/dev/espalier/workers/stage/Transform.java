package dev.espalier.workers.stage;

/** A stage that changes weights or the network's table without using images. */
public non-sealed interface Transform extends Stage {

  /**
   * The state that it computes from {@code state}, whose arrays stay unchanged.
   *
   * @param seed of the trial, for random draws
   */
  State apply(State state, long seed);
}
