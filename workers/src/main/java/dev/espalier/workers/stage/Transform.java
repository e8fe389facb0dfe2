package dev.espalier.workers.stage;

/** A stage that changes weights or the network's table without looking at images. */
public non-sealed interface Transform extends Stage {

  /**
   * The state that it makes of {@code state}; arrays of {@code state} stay as they are.
   *
   * @param seed of the trial, for what is drawn
   */
  State apply(State state, long seed);
}
