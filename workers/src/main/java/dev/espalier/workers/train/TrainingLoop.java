package dev.espalier.workers.train;

import dev.espalier.workers.data.Batches;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.measure.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains a prepared network epoch by epoch. What a step sees depends on (seed, absolute epoch,
 * step) alone, so training to epoch 1, saving, loading and training on to epoch 3 ends in the bits
 * of training to epoch 3 in one go.
 *
 * @param seed decides the order of the images and their augmentation
 * @param horizon the epoch at which the learning-rate schedule ends
 */
public record TrainingLoop(
    TrainableNetwork network, Dataset data, Recipe recipe, long seed, int horizon) {

  /**
   * Trains from the end of epoch {@code from} to the end of epoch {@code to}.
   *
   * @param before called before every step
   * @return a point for each epoch: mean training loss, learning rate of the last step, validation
   *     accuracy and loss
   * @throws DivergedException if a loss is not finite, or {@code before} finds a value that is not
   * @throws InterruptedException if the thread was interrupted; checked before every step
   */
  public List<EpochMetrics> run(int from, int to, BeforeStep before)
      throws DivergedException, InterruptedException {
    Batches batches = new Batches(data, recipe, seed);
    List<EpochMetrics> curve = new ArrayList<>();
    for (int epoch = from; epoch < to; epoch++) {
      double loss = epoch(batches, epoch, before);
      double lastStep = (batches.perEpoch() - 1.0) / batches.perEpoch();
      double rate = recipe.learningRate().at(epoch + lastStep, horizon);
      Evaluation validation = Evaluation.of(network, data, Dataset.Split.VALIDATION);
      if (!Double.isFinite(validation.loss())) {
        String place = "validation after epoch %d".formatted(epoch + 1);
        throw new DivergedException(validation.loss(), place, rate);
      }
      curve.add(
          new EpochMetrics(
              epoch + 1,
              new Metrics(
                  Map.of(
                      Metrics.TRAIN_LOSS,
                      loss,
                      Metrics.LEARNING_RATE,
                      rate,
                      Metrics.VAL_ACCURACY,
                      validation.accuracy(),
                      Metrics.VAL_LOSS,
                      validation.loss()))));
    }
    return curve;
  }

  /** One pass over the training images; the mean loss of its steps. */
  private double epoch(Batches batches, int epoch, BeforeStep before)
      throws DivergedException, InterruptedException {
    DataFacts facts = data.facts();
    float[] images = new float[recipe.batch() * facts.height() * facts.width() * facts.channels()];
    int[] labels = new int[recipe.batch()];
    double sum = 0;
    int steps = batches.perEpoch();
    for (int step = 0; step < steps; step++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was interrupted");
      }
      before.at((long) epoch * steps + step, steps);
      batches.fill(epoch, step, images, labels);
      double rate = recipe.learningRate().at(epoch + (double) step / steps, horizon);
      network.drop(seed, (long) epoch * steps + step);
      double loss = network.step(images, labels, rate);
      if (!Double.isFinite(loss)) {
        String place = "step %d of epoch %d".formatted(step + 1, epoch + 1);
        throw new DivergedException(loss, place, rate);
      }
      sum += loss;
    }
    return sum / steps;
  }
}
