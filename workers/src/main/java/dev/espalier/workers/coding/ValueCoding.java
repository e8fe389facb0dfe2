package dev.espalier.workers.coding;

import java.util.BitSet;
import java.util.List;
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
public record ValueCoding(
    NumberType number,
    Form form,
    @Nullable DistinctValues table,
    @Nullable PrefixCode code,
    long bits) {

  /** The ways to write values. */
  public enum Form {
    PLAIN,
    TABLE,
    TABLE_HUFFMAN
  }

  /** The smallest of all forms. */
  public static ValueCoding smallest(float[] values, BitSet stored, NumberType number) {
    return smallest(values, stored, number, List.of(Form.TABLE, Form.TABLE_HUFFMAN));
  }

  /**
   * The smallest of plain numbers and {@code forms}, the first of equal ones. Tables have at most
   * {@link DistinctValues#MAX} values.
   *
   * @param stored the places of the values that are written
   * @param forms with tables
   */
  public static ValueCoding smallest(
      float[] values, BitSet stored, NumberType number, List<Form> forms) {
    long plainBits = (long) number.bits() * stored.cardinality();
    ValueCoding best = new ValueCoding(number, Form.PLAIN, null, null, plainBits);
    DistinctValues table = DistinctValues.of(values, stored);
    if (table == null || leastBits(table.size(), stored.cardinality(), number) >= plainBits) {
      return best;
    }
    for (Form form : forms) {
      ValueCoding coding = of(form, table, number);
      if (coding.bits < best.bits) {
        best = coding;
      }
    }
    return best;
  }

  /**
   * What no table can be shorter than: its values, and an index for each number. The lengths of k
   * codes add up to k log2 k at least (Kraft's inequality), and each has a bit.
   */
  private static long leastBits(long different, long values, NumberType number) {
    if (different < 2) {
      return number.bits() * different;
    }
    int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(different);
    return different * (number.bits() + log) + values - different;
  }

  private static ValueCoding of(Form form, DistinctValues table, NumberType number) {
    long[] counts = table.counts();
    long bits = BitWriter.varintBits(table.size()) + (long) number.bits() * table.size();
    if (form == Form.TABLE) {
      PrefixCode fixed = PrefixCode.fixed(table.size());
      return new ValueCoding(number, form, table, fixed, bits + fixed.bits(counts));
    }
    PrefixCode huffman = PrefixCode.huffman(counts);
    bits += huffman.lengthsBits() + huffman.bits(counts);
    return new ValueCoding(number, form, table, huffman, bits);
  }

  /** Appends the values at {@code stored}. */
  public void write(BitWriter out, float[] values, BitSet stored) {
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
  public static float[] read(BitReader in, NumberType number, Form form, BitSet stored, int size) {
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
