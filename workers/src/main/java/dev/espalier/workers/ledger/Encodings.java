package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.ValueCoding.Form;
import dev.espalier.workers.ledger.IntegerEncoding.Layout;
import java.util.List;

/** All encodings that are sums over a network's parameters; {@link Zip} is another one. */
public final class Encodings {
  private static final Coding FLOATS = new Plain();

  /** Every value in four bytes. */
  public static final Encoding DENSE = new Encoding("dense", FLOATS, FLOATS);

  /** Those of every network: its parameters as 32-bit floats. */
  public static final List<Encoding> FLOAT32 =
      List.of(
          DENSE,
          new Encoding("csr32", new Csr(32), FLOATS),
          new Encoding("csr16", new Csr(16), FLOATS),
          new Encoding("bitmask", new Bitmask(), FLOATS),
          new Encoding("relative_index", new RelativeIndex(), FLOATS),
          new Encoding("codebook", new Codebook(Form.TABLE, false), FLOATS),
          new Encoding("sparse_codebook", new Codebook(Form.TABLE, true), FLOATS),
          new Encoding("huffman", new Codebook(Form.TABLE_HUFFMAN, false), FLOATS));

  /** That of networks of 16-bit floats. */
  public static final Encoding FLOAT16 = new Encoding("float16", new Halves(), new Halves());

  /** Those of kernels of 8-bit integers. */
  public static final List<IntegerEncoding> INT8 =
      List.of(
          new IntegerEncoding("int8", Layout.DENSE),
          new IntegerEncoding("int8_bitmask", Layout.BITMASK),
          new IntegerEncoding("int8_huffman", Layout.HUFFMAN));

  private Encodings() {}
}
