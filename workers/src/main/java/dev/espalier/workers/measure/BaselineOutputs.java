package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset;

/** What the baseline of a trial gives for the first validation images. */
public sealed interface BaselineOutputs {
  /** How many of the first validation images are asked about; all where there are fewer. */
  int IMAGES = Evaluation.BATCH;

  /** The network is the baseline itself. */
  record Itself() implements BaselineOutputs {}

  /**
   * The network is the baseline itself, and tells other classes apart than the data has: its
   * accuracy and loss are not known.
   */
  record OfOtherClasses() implements BaselineOutputs {}

  /** The baseline's checkpoint is gone or damaged, or it tells other classes apart. */
  record Gone() implements BaselineOutputs {}

  /**
   * The outputs.
   *
   * @param outputs [images, classes]
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on and never compared
  record Known(float[] outputs) implements BaselineOutputs {}

  /** What a network gives for the first validation images, [images, classes]. */
  static float[] first(Predictor network, Dataset data) {
    int count = Math.min(IMAGES, data.size(Dataset.Split.VALIDATION));
    return network.of(data, Dataset.Split.VALIDATION, 0, count).outputs();
  }
}
