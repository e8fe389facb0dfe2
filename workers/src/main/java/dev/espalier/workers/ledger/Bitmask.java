package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.coding.Places;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import java.util.BitSet;

/** A bit for each value, 1 unless it is +0.0; then the others as floats. */
record Bitmask() implements Coding {
  @Override
  public void write(BitWriter out, Tensor tensor) {
    float[] values = tensor.values();
    BitSet stored = Places.nonZero(values);
    Places.write(out, stored, values.length);
    out.align();
    stored.stream().forEach(place -> NumberType.FLOAT32.write(out, values[place]));
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    float[] values = new float[parameter.size()];
    BitSet stored = Places.read(in, values.length);
    in.align();
    stored.stream().forEach(place -> values[place] = NumberType.FLOAT32.read(in));
    return values;
  }
}
