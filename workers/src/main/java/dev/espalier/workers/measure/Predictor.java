package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset;

/** A network that is asked about the images of a data set. */
@FunctionalInterface
public interface Predictor {

  /** The predictions for images {@code from} to {@code from + count - 1} of {@code split}. */
  Predictions of(Dataset data, Dataset.Split split, int from, int count);

  /**
   * What a network says of some images.
   *
   * @param outputs of the network, [count, classes]; the greatest of an image is its class
   * @param probabilities from which the loss is computed, [count, classes]: the outputs, except for
   *     those of 8 bits, which are too coarse
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on and never compared
  record Predictions(float[] outputs, float[] probabilities) {}
}
