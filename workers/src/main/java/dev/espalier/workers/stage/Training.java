package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A stage that continues training the network of its initial state under the state's holds. The
 * updater starts at zero and is kept between epochs.
 */
public non-sealed interface Training extends Stage {
  @Override
  Recipe recipe();

  /** How shared values are trained, if the initial state has any. */
  default CentroidGradient centroids() {
    return CentroidGradient.SUM;
  }

  /** The same training with another number of epochs. */
  Training withEpochs(int other);

  /**
   * The change to weights and holds before a step of the training; null if there is none. The
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
