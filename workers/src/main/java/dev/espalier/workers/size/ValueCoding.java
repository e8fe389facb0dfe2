package dev.espalier.workers.size;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * How the stored values of a tensor are written: as plain numbers, or as indices into a table of
 * the different ones, of fixed width or Huffman-coded (arXiv 1510.00149). The smallest is chosen by
 * computing the costs.
 *
 * @param number what each value is
 * @param table the different values; null for {@code PLAIN}
 * @param code of the indices; null for {@code PLAIN}
 * @param bits what {@link #write} takes
 */
record ValueCoding(
    Number number, Form form, @Nullable DistinctValues table, @Nullable PrefixCode code, long bits) {

  enum Form {
    PLAIN,
    TABLE,
    TABLE_HUFFMAN
  }

  /** A number of the file, which is a float in memory. */
  enum Number {
    FLOAT32(32),
    /** An integer in [-127, 127], in two's complement. */
    INT8(8);

    private final int bits;

    Number(int bits) {
      this.bits = bits;
    }

    void write(BitWriter out, float value) {
      if (this == FLOAT32) {
        out.bits(Float.floatToRawIntBits(value) & 0xffffffffL, bits);
      } else {
        out.bits((int) value & 0xff, bits);
      }
    }

    float read(BitReader in) {
      int read = (int) in.bits(bits);
      if (this == FLOAT32) {
        return Float.intBitsToFloat(read);
      }
      if ((byte) read == Byte.MIN_VALUE) {
        throw in.error("an integer must be in [-127, 127]", (byte) read);
      }
      return (byte) read;
    }
  }

  static ValueCoding smallest(float[] values, BitSet stored, Number number) {
    long plainBits = (long) number.bits * stored.cardinality();
    ValueCoding best = new ValueCoding(number, Form.PLAIN, null, null, plainBits);
    DistinctValues table = DistinctValues.of(values, stored);
    if (table == null) {
      return best;
    }
    long[] counts = table.counts();
    long header = BitWriter.varintBits(table.size()) + (long) number.bits * table.size();
    PrefixCode fixed = PrefixCode.fixed(table.size());
    long fixedBits = header + fixed.bits(counts);
    if (fixedBits < best.bits) {
      best = new ValueCoding(number, Form.TABLE, table, fixed, fixedBits);
    }
    PrefixCode huffman = PrefixCode.huffman(counts);
    long huffmanBits = header + huffman.lengthsBits() + huffman.bits(counts);
    if (huffmanBits < best.bits) {
      best = new ValueCoding(number, Form.TABLE_HUFFMAN, table, huffman, huffmanBits);
    }
    return best;
  }

  void write(BitWriter out, float[] values, BitSet stored) {
    if (table != null && code != null) {
      out.varint(table.size());
      if (form == Form.TABLE_HUFFMAN) {
        code.writeLengths(out);
      }
      for (int rank = 0; rank < table.size(); rank++) {
        number.write(out, Float.intBitsToFloat(table.bits(rank)));
      }
    }
    for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
      if (table != null && code != null) {
        code.write(out, table.rank(values[i]));
      } else {
        number.write(out, values[i]);
      }
    }
  }

  /** A tensor of {@code size} values: the stored ones as they follow, all others +0.0. */
  static float[] read(BitReader in, Number number, Form form, BitSet stored, int size) {
    float[] values = new float[size];
    if (form == Form.PLAIN) {
      for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
        values[i] = number.read(in);
      }
      return values;
    }
    int different = (int) in.varint("values in the table", 0, DistinctValues.MAX);
    PrefixCode code =
        form == Form.TABLE ? PrefixCode.fixed(different) : PrefixCode.readLengths(in, different);
    float[] table = new float[different];
    for (int rank = 0; rank < different; rank++) {
      table[rank] = number.read(in);
    }
    for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
      values[i] = table[code.read(in)];
    }
    return values;
  }
}
