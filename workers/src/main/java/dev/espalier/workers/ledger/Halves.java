package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.Half;

/** Every value as a 16-bit float, which it must be. */
record Halves() implements Coding {
  @Override
  public void write(BitWriter out, Tensor tensor) {
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      short half = Half.of(values[i]);
      if (Float.floatToRawIntBits(Half.value(half)) != Float.floatToRawIntBits(values[i])) {
        throw new IllegalArgumentException(
            tensor.name() + "[" + i + "]: must be a 16-bit float, found " + values[i]);
      }
      out.bits(half & 0xffff, Short.SIZE);
    }
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    float[] values = new float[parameter.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Half.value((short) in.bits(Short.SIZE));
    }
    return values;
  }
}
