package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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

  /** The same training, but of another number of epochs. */
  Training withEpochs(int other);

  /**
   * What is done to weights and holds before a step of the training; null where nothing is. The
   * velocity of weights that are held at zero from then on is zero too.
   *
   * @param step of the whole training, from 0
   * @param perEpoch steps of an epoch
   * @param seed of the trial
   */
  default @Nullable UnaryOperator<State> beforeStep(long step, int perEpoch, long seed) {
    return null;
  }
}
