package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;

/**
 * A stage that trains the network it starts from on, keeping what its state holds. The updater
 * starts at zero there and is kept between the epochs.
 */
public non-sealed interface Training extends Stage {
  @Override
  Recipe recipe();

  /** How shared values are trained, where the state that it starts from has some. */
  default CentroidGradient centroids() {
    return CentroidGradient.SUM;
  }
}
