package dev.espalier.workers.filter;

import dev.espalier.workers.model.Layer;
import java.util.function.DoubleUnaryOperator;

/** Sums over the filters of a group's producers. */
final class Filters {
  private Filters() {}

  /**
   * The sum of a function of the weights of each filter, over the kernels of all producers in
   * network order and over weights in canonical order, without biases and depthwise kernels.
   */
  static double[] sums(ChannelGroup group, FilterEvidence evidence, DoubleUnaryOperator ofWeight) {
    double[] sums = new double[group.channels()];
    for (Layer producer : group.producers()) {
      float[] weights = evidence.tensor(producer, "W").values();
      int perFilter = weights.length / sums.length;
      for (int channel = 0; channel < sums.length; channel++) {
        double sum = sums[channel];
        for (int i = channel * perFilter; i < (channel + 1) * perFilter; i++) {
          sum += ofWeight.applyAsDouble(weights[i]);
        }
        sums[channel] = sum;
      }
    }
    return sums;
  }
}
