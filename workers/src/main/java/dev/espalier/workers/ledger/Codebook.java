package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.coding.Places;
import dev.espalier.workers.coding.ValueCoding.Form;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import java.util.BitSet;

/**
 * A table of the different values as floats, and for each value its index (Deep Compression, arXiv
 * 1510.00149).
 *
 * @param form of the indices: of ceil(log2 k) bits each, or Huffman-coded
 * @param sparse whether a bit for each value says first which are not +0.0, and only those have an
 *     index; else +0.0 is a value like others
 */
record Codebook(Form form, boolean sparse) implements Coding {
  @Override
  public void write(BitWriter out, Tensor tensor) {
    float[] values = tensor.values();
    BitSet stored = Places.all(values.length);
    if (sparse) {
      stored = Places.nonZero(values);
      Places.write(out, stored, values.length);
      out.align();
    }
    numbers().write(out, values, stored);
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    int size = parameter.size();
    BitSet stored = sparse ? Places.read(in, size) : Places.all(size);
    in.align();
    return numbers().read(in, stored, size);
  }

  private TableOrPlain numbers() {
    return new TableOrPlain(NumberType.FLOAT32, form);
  }
}
