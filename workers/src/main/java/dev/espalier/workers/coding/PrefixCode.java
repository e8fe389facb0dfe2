package dev.espalier.workers.coding;

import java.util.Arrays;

/**
 * A canonical prefix code for the symbols 0, 1, 2 and so on, whose lengths never fall: of fixed
 * width, or a Huffman code for symbols in order of falling frequency. A code of one symbol has zero
 * bits.
 */
public final class PrefixCode {
  private static final int MAX_LENGTH = 56;

  private final int[] lengths; // by symbol
  private final long[] codes; // by symbol
  private final int[] ofLength; // how many symbols have codes of this length

  private PrefixCode(int[] lengths) {
    this.lengths = lengths;
    this.codes = new long[lengths.length];
    this.ofLength = new int[lengths.length == 0 ? 1 : lengths[lengths.length - 1] + 1];
    long code = 0;
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      ofLength[lengths[symbol]]++;
      if (symbol > 0) {
        code = (code + 1) << (lengths[symbol] - lengths[symbol - 1]);
      }
      codes[symbol] = code;
    }
  }

  /** All codes have ceil(log2 symbols) bits. */
  public static PrefixCode fixed(int symbols) {
    int[] lengths = new int[symbols];
    Arrays.fill(lengths, width(symbols));
    return new PrefixCode(lengths);
  }

  /** ceil(log2 symbols); 0 for no symbols. */
  public static int width(int symbols) {
    return symbols <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(symbols - 1);
  }

  /**
   * The code with the shortest text (Huffman 1952): the two rarest are joined until one is left.
   * Leaves and joined nodes are two queues that each rise, so no heap is needed; of equals a leaf
   * is taken, which keeps the longest code short.
   *
   * @param counts how often each symbol occurs, falling, none of them 0
   */
  public static PrefixCode huffman(long[] counts) {
    int symbols = counts.length;
    if (symbols == 0) {
      return new PrefixCode(new int[0]);
    }
    int nodes = 2 * symbols - 1;
    long[] weight = new long[nodes];
    for (int i = 0; i < symbols; i++) {
      weight[i] = counts[symbols - 1 - i];
    }
    int[] parent = new int[nodes];
    int leaf = 0;
    int joined = symbols;
    for (int made = symbols; made < nodes; made++) {
      for (int child = 0; child < 2; child++) {
        boolean takeLeaf = leaf < symbols && (joined == made || weight[leaf] <= weight[joined]);
        int rarest = takeLeaf ? leaf++ : joined++;
        weight[made] += weight[rarest];
        parent[rarest] = made;
      }
    }
    int[] depth = new int[nodes];
    for (int node = nodes - 2; node >= 0; node--) {
      depth[node] = depth[parent[node]] + 1;
    }
    int[] lengths = new int[symbols];
    for (int symbol = 0; symbol < symbols; symbol++) {
      lengths[symbol] = depth[symbols - 1 - symbol];
    }
    return new PrefixCode(lengths);
  }

  /** The length of a text in which each symbol occurs so often. */
  public long bits(long[] counts) {
    long bits = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      bits += counts[symbol] * lengths[symbol];
    }
    return bits;
  }

  /** The length of what {@link #writeLengths} writes. */
  public long lengthsBits() {
    long bits = BitWriter.varintBits(ofLength.length - 1);
    for (int length = 1; length < ofLength.length; length++) {
      bits += BitWriter.varintBits(ofLength[length]);
    }
    return bits;
  }

  /**
   * The longest length, then how many codes have the lengths 1, 2 and so on: codes follow from it.
   */
  public void writeLengths(BitWriter out) {
    out.varint(ofLength.length - 1);
    for (int length = 1; length < ofLength.length; length++) {
      out.varint(ofLength[length]);
    }
  }

  public static PrefixCode readLengths(BitReader in, int symbols) {
    int longest =
        (int) in.varint("the longest code", symbols > 1 ? 1 : 0, symbols > 1 ? MAX_LENGTH : 0);
    int[] lengths = new int[symbols];
    int symbol = 0;
    long open = 1; // nodes of this depth that are not yet a code
    for (int length = 1; length <= longest; length++) {
      open *= 2;
      long greatest = Math.min(open, symbols - symbol);
      int count = (int) in.varint("codes of length " + length, 0, greatest);
      Arrays.fill(lengths, symbol, symbol + count, length);
      symbol += count;
      open -= count;
    }
    if (symbols > 1 && (symbol != symbols || open != 0)) {
      throw in.error("codes must be complete for " + symbols + " symbols", symbol + " codes");
    }
    return new PrefixCode(lengths);
  }

  public void write(BitWriter out, int symbol) {
    out.bits(codes[symbol], lengths[symbol]);
  }

  /** One symbol, bit by bit: the codes of each length are consecutive numbers. */
  public int read(BitReader in) {
    long code = 0;
    long first = 0;
    int before = 0;
    for (int length = 0; length < ofLength.length; length++) {
      if (length > 0) {
        code = code << 1 | in.bit();
        first <<= 1;
      }
      if (code - first < ofLength[length]) {
        return before + (int) (code - first);
      }
      before += ofLength[length];
      first += ofLength[length];
    }
    throw in.error("a code must be one of " + lengths.length, Long.toBinaryString(code));
  }
}
