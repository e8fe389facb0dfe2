package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import org.jspecify.annotations.Nullable;

/** Rows that can have an activation function. */
public final class Activated {
  private Activated() {}

  /** The activation of a row; null for a row that can have none. */
  public static @Nullable Activation of(Layer row) {
    if (row instanceof Layer.Convolution convolution) {
      return convolution.activation();
    } else if (row instanceof Layer.Depthwise depthwise) {
      return depthwise.activation();
    } else if (row instanceof Layer.BatchNorm norm) {
      return norm.activation();
    } else if (row instanceof Layer.Add sum) {
      return sum.activation();
    }
    return row instanceof Layer.Dense dense ? dense.activation() : null;
  }

  /** The same row with another activation; null for a row that can have none. */
  public static @Nullable Layer with(Layer row, Activation activation) {
    if (row instanceof Layer.Convolution c) {
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
    } else if (row instanceof Layer.Depthwise d) {
      return new Layer.Depthwise(
          d.name(),
          d.input(),
          d.channels(),
          d.kernel(),
          d.stride(),
          d.padding(),
          d.bias(),
          activation);
    } else if (row instanceof Layer.BatchNorm n) {
      return new Layer.BatchNorm(
          n.name(), n.input(), n.channels(), n.epsilon(), n.decay(), n.logStd(), activation);
    } else if (row instanceof Layer.Add sum) {
      return new Layer.Add(sum.name(), sum.left(), sum.right(), activation);
    }
    return row instanceof Layer.Dense d
        ? new Layer.Dense(d.name(), d.input(), d.in(), d.out(), activation)
        : null;
  }
}
