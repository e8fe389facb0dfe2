package dev.espalier.workers;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.stage.Calibration;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Start;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.stage.Train;
import dev.espalier.workers.stage.Training;
import dev.espalier.workers.stage.Transform;
import dev.espalier.workers.train.BeforeStep;
import dev.espalier.workers.train.TrainingLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What each kind of stage does to a network.
 *
 * @param opened the state that the stage starts from, or an earlier epoch of the same training,
 *     when the work starts; the result when it ends
 */
record StageWork(OpenedState opened, Dataset data, DataAndSeed setup) {

  /** Every kind of stage has one line here. */
  State apply(Stage stage) throws DivergedException, InterruptedException {
    State before = opened.state();
    if (stage.needsTable() && before.table() == null) {
      throw withoutTable(stage);
    }
    if (stage instanceof Start start) {
      if (start instanceof Train train) {
        BeforeStep nothing = (step, perEpoch) -> {};
        train(train.recipe(), train.epochs(), setup.seed(), CentroidGradient.SUM, nothing);
      }
    } else if (stage instanceof Transform transform) {
      opened.become(transform.apply(before, setup.seed()));
    } else if (stage instanceof Training training) {
      long seed = fineTuneSeed(setup.seed());
      BeforeStep change = (step, perEpoch) -> change(training, step, perEpoch);
      train(training.recipe(), training.epochs(), seed, training.centroids(), change);
    } else if (stage instanceof Calibration calibration) {
      float[] images = images(calibration.images());
      opened.become(calibration.apply(before, images, opened.network()).keeping(before));
    } else {
      throw new AssertionError(stage);
    }
    return opened.state();
  }

  /** Trains from the position of the updater, or from the beginning if there is none. */
  private void train(
      Recipe recipe, int epochs, long seed, CentroidGradient centroids, BeforeStep change)
      throws DivergedException, InterruptedException {
    State before = opened.state();
    TrainableNetwork network = opened.network();
    network.prepare(recipe);
    network.hold(before.holds(), centroids);
    if (before.updater() != null) {
      network.updater(before.updater());
    }
    int done = before.updater() == null ? 0 : before.curve().size();
    List<EpochMetrics> curve = new ArrayList<>(before.curve().subList(0, done));
    curve.addAll(new TrainingLoop(network, data, recipe, seed, epochs).run(done, epochs, change));
    opened.become(opened.state().trained(network.parameters(), network.updater(), curve));
  }

  /** Lets a training change weights and holds before one of its steps. */
  private void change(Training training, long step, int perEpoch) throws DivergedException {
    UnaryOperator<State> change = training.beforeStep(step, perEpoch, setup.seed());
    if (change != null) {
      State now = opened.state().with(opened.network().parameters());
      now.requireFinite();
      opened.become(change.apply(now));
      opened.network().hold(opened.state().holds(), training.centroids());
    }
  }

  /** Says, if known, which part of a user's own network no table can express. */
  private IllegalArgumentException withoutTable(Stage stage) {
    String found =
        "dense layers that read images as [channels, height, width], or names of layers that look"
            + " like other parts of a table";
    try {
      opened.network().weighted();
    } catch (InexpressibleException e) {
      found = String.valueOf(e.getMessage());
    }
    return new IllegalArgumentException(
        "%s: must start from a network that a table expresses, found %s"
            .formatted(stage.word(), found));
  }

  /** The first training images, normalized. */
  private float[] images(int most) {
    int count = Math.min(most, data.size(Dataset.Split.TRAIN));
    int size = data.facts().height() * data.facts().width() * data.facts().channels();
    float[] images = new float[Math.multiplyExact(count, size)];
    data.images(Dataset.Split.TRAIN, 0, count, images);
    return images;
  }

  /** Fine-tuning uses another order of the images than the baseline's training. */
  static long fineTuneSeed(long seed) {
    return seed * 0x9E3779B97F4A7C15L + 1;
  }
}
