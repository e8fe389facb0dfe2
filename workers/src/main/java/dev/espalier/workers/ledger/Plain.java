package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;

/** Every value as a 32-bit float. */
record Plain() implements Coding {
  @Override
  public void write(BitWriter out, Tensor tensor) {
    for (float value : tensor.values()) {
      NumberType.FLOAT32.write(out, value);
    }
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    float[] values = new float[parameter.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = NumberType.FLOAT32.read(in);
    }
    return values;
  }
}
