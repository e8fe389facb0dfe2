package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.coding.Places;
import dev.espalier.workers.coding.Scales;
import dev.espalier.workers.coding.ValueCoding.Form;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.IntegerKernel;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * A kernel of 8-bit integers: the integers, then its scales as floats, which are the bytes that are
 * left. Kernels without scales are plain floats.
 *
 * @param scales by the name of the kernel; who reads knows which kernels have some
 */
record Integers(Layout layout, Map<String, List<Float>> scales) implements Coding {
  private static final Coding FLOATS = new Plain(NumberType.FLOAT32);
  private static final TableOrPlain HUFFMAN = new TableOrPlain(NumberType.INT8, Form.TABLE_HUFFMAN);

  /** The ways to write the integers. */
  enum Layout {
    /** A byte each. */
    DENSE,
    /** A bit for each, 1 unless it is 0; then a byte for each of the others. */
    BITMASK,
    /** Huffman-coded. */
    HUFFMAN
  }

  @Override
  public void write(BitWriter out, Tensor tensor) {
    List<Float> own = scales.get(tensor.name());
    if (own == null) {
      FLOATS.write(out, tensor);
      return;
    }
    float[] integers = IntegerKernel.of(tensor, own).floats();
    if (layout == Layout.HUFFMAN) {
      HUFFMAN.write(out, integers, Places.all(integers.length));
    } else {
      BitSet stored = Places.all(integers.length);
      if (layout == Layout.BITMASK) {
        stored = Places.nonZero(integers);
        Places.write(out, stored, integers.length);
        out.align();
      }
      stored.stream().forEach(place -> NumberType.INT8.write(out, integers[place]));
    }
    out.align();
    Scales.write(out, own);
  }

  @Override
  public float[] read(BitReader in, Parameter parameter) {
    if (!scales.containsKey(parameter.name())) {
      return FLOATS.read(in, parameter);
    }
    float[] integers = readIntegers(in, parameter.size());
    in.align();
    int channels = parameter.shape().get(0);
    List<Float> read = Scales.read(in, parameter.name(), channels, in.left() / Float.BYTES);
    return IntegerKernel.of(read, integers).values();
  }

  private float[] readIntegers(BitReader in, int size) {
    if (layout == Layout.HUFFMAN) {
      return HUFFMAN.read(in, Places.all(size), size);
    }
    BitSet stored = layout == Layout.BITMASK ? Places.read(in, size) : Places.all(size);
    in.align();
    float[] integers = new float[size];
    stored.stream().forEach(place -> integers[place] = NumberType.INT8.read(in));
    return integers;
  }
}
