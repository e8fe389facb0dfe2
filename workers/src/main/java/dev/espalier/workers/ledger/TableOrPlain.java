package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.coding.ValueCoding;
import dev.espalier.workers.coding.ValueCoding.Form;
import java.util.BitSet;
import java.util.List;

/**
 * Numbers as indices into a table of the different ones, at most 65,536, or by themselves where
 * that is shorter: a byte says so, 1 for a table. The number of its values stands before a table (1
 * to 3 bytes).
 *
 * @param form of the indices: of ceil(log2 k) bits each, or Huffman-coded
 */
record TableOrPlain(NumberType number, Form form) {
  void write(BitWriter out, float[] values, BitSet stored) {
    ValueCoding coding = ValueCoding.smallest(values, stored, number, List.of(form));
    out.bits(coding.form() == form ? 1 : 0, 8);
    coding.write(out, values, stored);
  }

  /** All {@code size} values; those that are not stored are +0.0. */
  float[] read(BitReader in, BitSet stored, int size) {
    long table = in.bits(8);
    if (table > 1) {
      throw in.error("a table must be announced by 1, plain numbers by 0", table);
    }
    return ValueCoding.read(in, number, table == 1 ? form : Form.PLAIN, stored, size);
  }
}
