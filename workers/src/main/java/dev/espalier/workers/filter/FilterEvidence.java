package dev.espalier.workers.filter;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Tensor;
import java.util.Map;
import java.util.Objects;

/**
 * The values by which criteria score filters.
 *
 * @param tensors the parameters of the network, by name
 * @param seed of the trial
 * @param activations the mean absolute value of each channel over images and pixels, after the
 *     activation function, by row; empty for criteria that use no images
 */
public record FilterEvidence(
    Map<String, Tensor> tensors, long seed, Map<String, double[]> activations) {

  /** A parameter of a row. */
  Tensor tensor(Layer row, String key) {
    return Objects.requireNonNull(tensors.get(row.name() + "/" + key), row.name());
  }

  /** The mean absolute values of a row. */
  double[] activations(String row) {
    double[] means = activations.get(row);
    if (means == null) {
      throw new IllegalArgumentException(row + ": must have been computed for images, found none");
    }
    return means;
  }
}
