package dev.espalier.workers.model;

/** A row of a table that reads another row than before. */
public final class Rereading {
  private Rereading() {}

  /** The same row, which reads {@code to} wherever it read {@code from}. */
  public static Layer of(Layer row, String from, String to) {
    if (!row.inputs().contains(from)) {
      return row;
    } else if (row instanceof Layer.Add a) {
      String left = a.left().equals(from) ? to : a.left();
      String right = a.right().equals(from) ? to : a.right();
      return new Layer.Add(a.name(), left, right, a.activation());
    }
    return reading((Layer.OneInput) row, to);
  }

  private static Layer reading(Layer.OneInput row, String to) {
    if (row instanceof Layer.Convolution c) {
      return new Layer.Convolution(
          c.name(),
          to,
          c.in(),
          c.out(),
          c.kernel(),
          c.stride(),
          c.padding(),
          c.bias(),
          c.activation());
    } else if (row instanceof Layer.Depthwise d) {
      return new Layer.Depthwise(
          d.name(),
          to,
          d.channels(),
          d.kernel(),
          d.stride(),
          d.padding(),
          d.bias(),
          d.activation());
    } else if (row instanceof Layer.BatchNorm n) {
      return new Layer.BatchNorm(
          n.name(), to, n.channels(), n.epsilon(), n.decay(), n.logStd(), n.activation());
    } else if (row instanceof Layer.Pad p) {
      return new Layer.Pad(p.name(), to, p.padding());
    } else if (row instanceof Pool p) {
      return new Pool(p.name(), to, p.function(), p.size(), p.stride(), p.padding());
    } else if (row instanceof Dropout d) {
      return new Dropout(d.name(), to, d.rate());
    } else if (row instanceof Layer.GlobalAveragePool p) {
      return new Layer.GlobalAveragePool(p.name(), to);
    } else if (row instanceof Layer.Dense d) {
      return new Layer.Dense(d.name(), to, d.in(), d.out(), d.activation());
    } else if (row instanceof Layer.Output o) {
      return new Layer.Output(o.name(), to, o.in(), o.classes());
    }
    throw new AssertionError(row);
  }
}
