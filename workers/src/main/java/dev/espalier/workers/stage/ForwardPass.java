package dev.espalier.workers.stage;

import dev.espalier.workers.model.WeightedNetwork;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** What a calibration may ask the network of the state that it starts from. */
public interface ForwardPass {

  /**
   * The statistics of every batch norm that is not frozen, by the name of its layer, over passes of
   * training through batches of images in their order: each batch norm normalizes a batch by mean
   * and variance of that batch, and what is told is the mean of these means and the mean of these
   * variances, a batch being as heavy as it has images. A frozen batch norm normalizes by its
   * running statistics. No parameter changes.
   *
   * @param images normalized, [count, height, width, channels]
   * @param batch images in a batch, at least 1; the last one has the rest
   * @param holds by the name of the parameter, which say what is frozen
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
   * Hands what rows give to {@code sink}, batch by batch, after the row's activation function, with
   * the running statistics of batch norm.
   *
   * @param rows names of rows of the network's table
   * @param images normalized, [count, height, width, channels]
   * @param sink gets the name of a row and its values for the images of a batch, [images, height,
   *     width, channels]
   */
  void activations(Set<String> rows, float[] images, BiConsumer<String, float[]> sink);

  /**
   * The probabilities that another network gives, with the running statistics of batch norm.
   *
   * @param other one that reads images of the same shape
   * @param images normalized, [count, height, width, channels]; at least one
   * @return [count, classes]
   */
  float[] probabilities(WeightedNetwork other, float[] images);
}
