package dev.espalier.workers.dl4j;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;

/** Rows that take along the activation layer behind them. */
final class Activated {
  private Activated() {}

  /**
   * The row with an activation.
   *
   * @param name of the layer that computes it
   * @throws InexpressibleException if the row has one already, or cannot have any
   */
  static Layer row(String name, Layer row, Activation activation) throws InexpressibleException {
    if (row instanceof Layer.Convolution c && c.activation() == Activation.IDENTITY) {
      return new Layer.Convolution(
          c.name(),
          c.input(),
          c.in(),
          c.out(),
          c.kernel(),
          c.stride(),
          c.padding(),
          c.bias(),
          activation);
    } else if (row instanceof Layer.Depthwise d && d.activation() == Activation.IDENTITY) {
      return new Layer.Depthwise(
          d.name(),
          d.input(),
          d.channels(),
          d.kernel(),
          d.stride(),
          d.padding(),
          d.bias(),
          activation);
    } else if (row instanceof Layer.BatchNorm n && n.activation() == Activation.IDENTITY) {
      return new Layer.BatchNorm(
          n.name(), n.input(), n.channels(), n.epsilon(), n.decay(), n.logStd(), activation);
    } else if (row instanceof Layer.Add sum && sum.activation() == Activation.IDENTITY) {
      return new Layer.Add(sum.name(), sum.left(), sum.right(), activation);
    } else if (row instanceof Layer.Dense d && d.activation() == Activation.IDENTITY) {
      return new Layer.Dense(d.name(), d.input(), d.in(), d.out(), activation);
    }
    throw new InexpressibleException(
        name, "must follow a layer that can have an activation and has none", row.canonical());
  }
}
