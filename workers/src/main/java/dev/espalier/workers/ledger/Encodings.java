package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.NumberType;
import dev.espalier.workers.coding.ValueCoding.Form;
import dev.espalier.workers.ledger.Integers.Layout;
import java.util.List;
import java.util.Map;

/** All encodings of networks, parameter by parameter. */
public final class Encodings {
  private static final Coding FLOATS = new Plain(NumberType.FLOAT32);

  /** Those of every network: its parameters as 32-bit floats. */
  public static final List<Encoding> FLOAT32 =
      List.of(
          new Encoding("dense", FLOATS, FLOATS),
          new Encoding("csr32", new Csr(32), FLOATS),
          new Encoding("csr16", new Csr(16), FLOATS),
          new Encoding("bitmask", new Bitmask(), FLOATS),
          new Encoding("relative_index", new RelativeIndex(), FLOATS),
          new Encoding("codebook", new Codebook(Form.TABLE, false), FLOATS),
          new Encoding("sparse_codebook", new Codebook(Form.TABLE, true), FLOATS),
          new Encoding("huffman", new Codebook(Form.TABLE_HUFFMAN, false), FLOATS));

  private Encodings() {}

  /**
   * Those of networks whose kernels are 8-bit integers.
   *
   * @param scales by kernel: one for each output channel, or a single one
   */
  public static List<Encoding> int8(Map<String, List<Float>> scales) {
    return List.of(
        new Encoding("int8", new Integers(Layout.DENSE, scales), FLOATS),
        new Encoding("int8_bitmask", new Integers(Layout.BITMASK, scales), FLOATS),
        new Encoding("int8_huffman", new Integers(Layout.HUFFMAN, scales), FLOATS));
  }
}
