package dev.espalier.workers.size;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * How the stored values of a tensor are written: as floats, or as indices into a table of the
 * different ones, of fixed width or Huffman-coded (arXiv 1510.00149). The smallest is chosen by
 * computing the costs.
 *
 * @param table the different values; null for {@code FLOATS}
 * @param code of the indices; null for {@code FLOATS}
 * @param bits what {@link #write} takes
 */
record ValueCoding(
    Form form, @Nullable DistinctValues table, @Nullable PrefixCode code, long bits) {

  enum Form {
    FLOATS,
    TABLE,
    TABLE_HUFFMAN
  }

  static ValueCoding smallest(float[] values, BitSet stored) {
    ValueCoding best = new ValueCoding(Form.FLOATS, null, null, 32L * stored.cardinality());
    DistinctValues table = DistinctValues.of(values, stored);
    if (table == null) {
      return best;
    }
    long[] counts = table.counts();
    long header = BitWriter.varintBits(table.size()) + 32L * table.size();
    PrefixCode fixed = PrefixCode.fixed(table.size());
    long fixedBits = header + fixed.bits(counts);
    if (fixedBits < best.bits) {
      best = new ValueCoding(Form.TABLE, table, fixed, fixedBits);
    }
    PrefixCode huffman = PrefixCode.huffman(counts);
    long huffmanBits = header + huffman.lengthsBits() + huffman.bits(counts);
    if (huffmanBits < best.bits) {
      best = new ValueCoding(Form.TABLE_HUFFMAN, table, huffman, huffmanBits);
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
        out.bits(table.bits(rank) & 0xffffffffL, 32);
      }
    }
    for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
      if (table != null && code != null) {
        code.write(out, table.rank(values[i]));
      } else {
        out.bits(Float.floatToRawIntBits(values[i]) & 0xffffffffL, 32);
      }
    }
  }

  /** A tensor of {@code size} values: the stored ones as they follow, all others +0.0. */
  static float[] read(BitReader in, Form form, BitSet stored, int size) {
    float[] values = new float[size];
    if (form == Form.FLOATS) {
      for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
        values[i] = Float.intBitsToFloat((int) in.bits(32));
      }
      return values;
    }
    int different = (int) in.varint("values in the table", 0, DistinctValues.MAX);
    PrefixCode code =
        form == Form.TABLE ? PrefixCode.fixed(different) : PrefixCode.readLengths(in, different);
    float[] table = new float[different];
    for (int rank = 0; rank < different; rank++) {
      table[rank] = Float.intBitsToFloat((int) in.bits(32));
    }
    for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
      values[i] = table[code.read(in)];
    }
    return values;
  }
}
