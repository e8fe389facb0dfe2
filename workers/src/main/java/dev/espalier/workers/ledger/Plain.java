package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;

/** Every value by itself: n numbers. */
record Plain(NumberType number) implements Coding {
  @Override
  public void write(BitWriter out, Tensor tensor) {
    for (float value : tensor.values()) {
      number.write(out, value);
    }
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    float[] values = new float[parameter.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number.read(in);
    }
    return values;
  }
}
