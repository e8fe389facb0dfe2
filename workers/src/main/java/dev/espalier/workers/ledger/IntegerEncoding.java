package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.coding.Places;
import dev.espalier.workers.coding.Scales;
import dev.espalier.workers.coding.ValueCoding.Form;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.BitSet;

/**
 * An encoding of kernels of 8-bit integers, each in whole bytes: the integers, then the scales as
 * floats, then the biases in 32 bits.
 *
 * @param word in the name of its metric, {@code size/WORD_bytes}
 * @param layout of the integers
 */
public record IntegerEncoding(String word, Layout layout) {
  private static final TableOrPlain HUFFMAN = new TableOrPlain(NumberType.INT8, Form.TABLE_HUFFMAN);

  /** The ways to write integers. */
  public enum Layout {
    /** A byte each. */
    DENSE,
    /** A bit for each, 1 unless it is 0; then a byte for each of the others. */
    BITMASK,
    /** A table of the different ones and Huffman codes. */
    HUFFMAN
  }

  /** The bytes of a kernel. */
  public byte[] encode(IntegerRow row) {
    BitWriter out = new BitWriter();
    float[] integers = NumberType.floats(row.kernel().integers());
    BitSet stored = Places.all(integers.length);
    if (layout == Layout.HUFFMAN) {
      HUFFMAN.write(out, integers, stored);
    } else {
      if (layout == Layout.BITMASK) {
        stored = Places.nonZero(integers);
        Places.write(out, stored, integers.length);
        out.align();
      }
      stored.stream().forEach(place -> NumberType.INT8.write(out, integers[place]));
    }
    out.align();
    Scales.write(out, row.kernel().scales());
    for (int bias : row.bias()) {
      out.bits(bias & 0xffffffffL, Integer.SIZE);
    }
    return out.toByteArray();
  }

  /**
   * The kernel that has these bytes.
   *
   * @param kernel its name, for errors
   * @param size how many integers it has
   * @param channels how many output channels
   * @param biases how many biases
   * @throws IllegalArgumentException if no such kernel has these bytes: place, rule, found
   */
  public IntegerRow decode(byte[] bytes, String kernel, int size, int channels, int biases) {
    BitReader in = new BitReader(bytes, 0, bytes.length);
    byte[] integers = NumberType.integers(read(in, size));
    in.align();
    var scales = Scales.read(in, kernel, channels, in.left() / Float.BYTES - biases);
    int[] bias = new int[biases];
    for (int i = 0; i < biases; i++) {
      bias[i] = (int) in.bits(Integer.SIZE);
    }
    if (!in.atEnd()) {
      throw in.error(kernel + ": must end here", in.left() + " bytes more");
    }
    return new IntegerRow(new QuantizedKernel(integers, scales), bias);
  }

  private float[] read(BitReader in, int size) {
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
