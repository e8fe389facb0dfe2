package dev.espalier.workers.train;

import dev.espalier.workers.facts.DivergedException;

/** What happens to a network before each step of its training. */
@FunctionalInterface
public interface BeforeStep {

  /**
   * Called before the images of a step are seen.
   *
   * @param step of the whole training, from 0
   * @param perEpoch steps of an epoch
   * @throws DivergedException if the network has a value that is not finite
   */
  void at(long step, int perEpoch) throws DivergedException;
}
