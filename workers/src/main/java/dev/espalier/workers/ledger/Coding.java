package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;

/** A way to write the values of one parameter, from which they come back bit for bit. */
public interface Coding {

  /** Appends the values. */
  void write(BitWriter out, Tensor tensor);

  /**
   * Reads what {@link #write} wrote of a parameter.
   *
   * @throws IllegalArgumentException if it cannot have been written: place, rule, found
   */
  float[] read(BitReader in, Parameter parameter);
}
