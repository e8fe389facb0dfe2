package dev.espalier.workers.filter;

import dev.espalier.workers.model.Layer;

/** A row of a table with another number of channels. */
final class NarrowRow {
  private NarrowRow() {}

  /**
   * The same row between other rows.
   *
   * @param in channels that it reads
   * @param out channels that it gives
   * @param pixels that it reads, their number
   */
  static Layer of(Layer row, int in, int out, int pixels) {
    if (row instanceof Layer.Convolution c) {
      return new Layer.Convolution(
          c.name(),
          c.input(),
          in,
          out,
          c.kernel(),
          c.stride(),
          c.padding(),
          c.bias(),
          c.activation());
    } else if (row instanceof Layer.Depthwise d) {
      return new Layer.Depthwise(
          d.name(), d.input(), out, d.kernel(), d.stride(), d.padding(), d.bias(), d.activation());
    } else if (row instanceof Layer.BatchNorm n) {
      return new Layer.BatchNorm(
          n.name(), n.input(), out, n.epsilon(), n.decay(), n.logStd(), n.activation());
    } else if (row instanceof Layer.Dense d) {
      return new Layer.Dense(d.name(), d.input(), in * pixels, out, d.activation());
    } else if (row instanceof Layer.Output o) {
      return new Layer.Output(o.name(), o.input(), in * pixels, o.classes());
    }
    return row;
  }
}
