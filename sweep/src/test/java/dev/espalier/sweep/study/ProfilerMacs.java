package dev.espalier.sweep.study;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.util.Map;
import java.util.Objects;

/**
 * Half of what TensorFlow's profiler counts as floating-point operations: what EdgeMark (arXiv
 * 2502.01700) calls MACs. Beside two for each multiply-accumulate there are one for each value that
 * gets a bias, one for each pixel under a pooling, and five for each class of the softmax.
 */
final class ProfilerMacs {
  private static final long SOFTMAX = 5;

  private ProfilerMacs() {}

  /** Of a network without batch norm, in which every convolution has a bias. */
  static long of(Network network) {
    Map<String, Shape> shapes = network.shapes();
    long more = 0;
    for (Layer layer : network.layers()) {
      more += beside(layer, shape(shapes, layer.inputs().get(0)), shape(shapes, layer.name()));
    }
    return network.macs() + more / 2;
  }

  /** Operations beside those of multiply-accumulates. */
  private static long beside(Layer layer, Shape from, Shape to) {
    if (layer instanceof Layer.Convolution || layer instanceof Layer.Dense) {
      return to.size();
    } else if (layer instanceof Layer.Output) {
      return to.size() * (1 + SOFTMAX);
    } else if (layer instanceof Pool pool) {
      return (long) pool.size() * pool.size() * to.size();
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return from.size();
    }
    throw new IllegalArgumentException(
        "must be a layer of EdgeMark's networks, found " + layer.canonical());
  }

  private static Shape shape(Map<String, Shape> shapes, String name) {
    return Objects.requireNonNull(shapes.get(name));
  }
}
