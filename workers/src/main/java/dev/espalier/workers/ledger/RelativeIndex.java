package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;

/**
 * The sparse format of Deep Compression (arXiv 1510.00149): for each value that is not +0.0 the
 * number of zeros before it, in 8 bits for convolutions and 5 for dense layers, then the value as a
 * float. Where there are more zeros than these bits can say, a zero is written as a value, too: the
 * filler. Zeros at the end are not written.
 */
record RelativeIndex() implements Coding {
  private static final int CONVOLUTION_BITS = 8;
  private static final int DENSE_BITS = 5;

  @Override
  public void write(BitWriter out, Tensor tensor) {
    int width = width(tensor.kind());
    int greatest = (1 << width) - 1;
    int gap = 0;
    int fillers = 0; // not yet written: they are only if a value follows
    for (float value : tensor.values()) {
      if (Float.floatToRawIntBits(value) != 0) {
        for (; fillers > 0; fillers--) {
          out.bits(greatest, width);
          NumberType.FLOAT32.write(out, 0);
        }
        out.bits(gap, width);
        NumberType.FLOAT32.write(out, value);
        gap = 0;
      } else if (gap == greatest) {
        fillers++;
        gap = 0;
      } else {
        gap++;
      }
    }
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    int width = width(parameter.kind());
    float[] values = new float[parameter.size()];
    long next = 0;
    boolean filled = false;
    while (in.left() > 0) { // the last byte may be filled up with less than a gap
      long gap = in.bits(width);
      next += gap;
      if (next >= values.length) {
        throw in.error("a value must have a place below " + values.length, next);
      }
      float value = NumberType.FLOAT32.read(in);
      filled = Float.floatToRawIntBits(value) == 0;
      if (filled && gap != (1 << width) - 1) {
        throw in.error("a stored zero must have the longest gap before it", gap);
      }
      values[(int) next++] = value;
    }
    if (filled) {
      throw in.error("the last value must not be zero", 0);
    }
    return values;
  }

  private static int width(Tensor.Kind kind) {
    return kind == Tensor.Kind.DENSE ? DENSE_BITS : CONVOLUTION_BITS;
  }
}
