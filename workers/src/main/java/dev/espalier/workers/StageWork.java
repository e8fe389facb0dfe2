package dev.espalier.workers;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.stage.Calibration;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Start;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.stage.Train;
import dev.espalier.workers.stage.Training;
import dev.espalier.workers.stage.Transform;
import dev.espalier.workers.train.TrainingLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each kind of stage does to a network.
 *
 * @param network holds the parameters of {@code before} when the work starts and of the result when
 *     it ends
 * @param before the state that the stage starts from, or an earlier epoch of the same fine-tuning
 */
record StageWork(TrainableNetwork network, Dataset data, DataAndSeed setup, State before) {

  /** Every kind of stage has its line here. */
  State apply(Stage stage) throws DivergedException, InterruptedException {
    if (stage instanceof Start start) {
      return start instanceof Train train ? train(train) : before;
    } else if (stage instanceof Transform transform) {
      State after = transform.apply(before);
      network.parameters(after.tensors());
      return after;
    } else if (stage instanceof Training training) {
      return fineTune(training);
    } else if (stage instanceof Calibration) {
      throw new UnsupportedOperationException();
    }
    throw new AssertionError(stage);
  }

  private State train(Train stage) throws DivergedException, InterruptedException {
    network.prepare(stage.recipe());
    List<EpochMetrics> curve =
        new TrainingLoop(network, data, stage.recipe(), setup.seed(), stage.epochs())
            .run(0, stage.epochs());
    return new State(network.parameters(), Map.of(), before.prunable(), network.updater(), curve);
  }

  private State fineTune(Training stage) throws DivergedException, InterruptedException {
    network.prepare(stage.recipe());
    Map<String, int[]> zeros = new HashMap<>();
    before
        .holds()
        .forEach(
            (name, hold) -> {
              if (hold instanceof Hold.Zeros pruned) {
                zeros.put(name, pruned.mask().zeros());
              }
            });
    network.hold(zeros);
    if (before.updater() != null) {
      network.updater(before.updater());
    }
    int done = before.updater() == null ? 0 : before.curve().size();
    List<EpochMetrics> curve = new ArrayList<>(before.curve().subList(0, done));
    curve.addAll(
        new TrainingLoop(
                network, data, stage.recipe(), fineTuneSeed(setup.seed()), stage.epochs())
            .run(done, stage.epochs()));
    return new State(
        network.parameters(), before.holds(), before.prunable(), network.updater(), curve);
  }

  /** Fine-tuning goes through the images in another order than the baseline's training did. */
  static long fineTuneSeed(long seed) {
    return seed * 0x9E3779B97F4A7C15L + 1;
  }
}
