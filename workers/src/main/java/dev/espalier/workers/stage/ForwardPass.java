package dev.espalier.workers.stage;

import dev.espalier.workers.model.WeightedNetwork;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** What a calibration can compute with the network of its initial state. */
public interface ForwardPass {

  /**
   * The statistics of every batch norm that is not frozen, by the name of its layer, over
   * training-mode passes through batches of images in order. Each batch norm normalizes a batch by
   * the batch's own mean and variance; the result is the mean of these means and of these
   * variances, weighted by the number of images. A frozen batch norm normalizes by its running
   * statistics. No parameter changes.
   *
   * @param images normalized, [count, height, width, channels]
   * @param batch images in a batch, at least 1; the last batch has the rest
   * @param holds by the name of the parameter; they say what is frozen
   */
  Map<String, BatchStatistics> batchStatistics(float[] images, int batch, Map<String, Hold> holds);

  /**
   * The mean absolute value of each channel over images and pixels, after the row's activation
   * function, with the running statistics of batch norm.
   *
   * @param rows names of rows of the network's table
   * @param images normalized, [count, height, width, channels]
   * @return by row; as many as the row has channels
   */
  Map<String, double[]> meanAbsolute(Set<String> rows, float[] images);

  /**
   * Passes the outputs of rows to {@code sink}, batch by batch, after the row's activation
   * function, with the running statistics of batch norm.
   *
   * @param rows names of rows of the network's table
   * @param images normalized, [count, height, width, channels]
   * @param sink gets the name of a row and its values for the images of a batch, [images, height,
   *     width, channels]
   */
  void activations(Set<String> rows, float[] images, BiConsumer<String, float[]> sink);

  /**
   * The probabilities of another network, with the running statistics of batch norm.
   *
   * @param other one that reads images of the same shape
   * @param images normalized, [count, height, width, channels]; at least one
   * @return [count, classes]
   */
  float[] probabilities(WeightedNetwork other, float[] images);
}
