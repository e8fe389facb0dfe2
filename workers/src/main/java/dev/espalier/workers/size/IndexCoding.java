package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.Places;
import dev.espalier.workers.coding.PrefixCode;
import java.util.Arrays;
import java.util.BitSet;

/**
 * How a tensor says which of its values are stored; all others are +0.0. Of the ways to say it the
 * one that takes the fewest bits is chosen, by computing the costs.
 *
 * <p>{@code GAPS} and {@code GAPS_HUFFMAN} write, for each stored value, the number of zeros before
 * it as symbols of {@code width} bits. The greatest symbol, 2^width - 1, stands for that many zeros
 * and no value yet, as the filler in Deep Compression (arXiv 1510.00149) does, but costs no weight.
 *
 * @param width of a gap's symbol in bits; 0 for the other forms
 * @param bits what {@link #write} takes
 */
record IndexCoding(Form form, int width, long bits) {
  private static final int MIN_WIDTH = 2; // with 1 bit gaps are a bitmask
  private static final int MAX_WIDTH = 12;

  enum Form {
    ALL,
    BITMASK,
    GAPS,
    GAPS_HUFFMAN
  }

  static final IndexCoding ALL = new IndexCoding(Form.ALL, 0, 0);

  /** The smallest that leaves zeros out. */
  static IndexCoding smallest(BitSet stored, int size) {
    IndexCoding best = new IndexCoding(Form.BITMASK, 0, size);
    int[] gaps = gapCounts(stored);
    int values = stored.cardinality();
    for (int width = MIN_WIDTH; width <= MAX_WIDTH; width++) {
      long[] counts = symbolCounts(gaps, width);
      long header = BitWriter.varintBits(values) + 8L;
      long fixed = header + Arrays.stream(counts).sum() * width;
      Symbols symbols = Symbols.byFrequency(counts);
      PrefixCode code = PrefixCode.huffman(symbols.counts());
      long huffman = header + symbols.headerBits(code, width) + code.bits(symbols.counts());
      if (fixed < best.bits) {
        best = new IndexCoding(Form.GAPS, width, fixed);
      }
      if (huffman < best.bits) {
        best = new IndexCoding(Form.GAPS_HUFFMAN, width, huffman);
      }
      if (1 << width > gaps.length) {
        break; // no gap needs more than one symbol
      }
    }
    return best;
  }

  void write(BitWriter out, BitSet stored, int size) {
    if (form == Form.BITMASK) {
      Places.write(out, stored, size);
    } else if (form != Form.ALL) {
      out.varint(stored.cardinality());
      out.bits(width, 8);
      if (form == Form.GAPS) {
        writeGaps(out, stored, Symbols.all(width), PrefixCode.fixed(1 << width));
      } else {
        Symbols symbols = Symbols.byFrequency(symbolCounts(gapCounts(stored), width));
        PrefixCode code = PrefixCode.huffman(symbols.counts());
        symbols.write(out, code, width);
        writeGaps(out, stored, symbols, code);
      }
    }
  }

  private void writeGaps(BitWriter out, BitSet stored, Symbols symbols, PrefixCode code) {
    int skip = (1 << width) - 1;
    int next = 0;
    for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
      int gap = i - next;
      for (; gap >= skip; gap -= skip) {
        code.write(out, symbols.rank(skip));
      }
      code.write(out, symbols.rank(gap));
      next = i + 1;
    }
  }

  /** The places of the stored values of a tensor of {@code size} values. */
  static BitSet read(BitReader in, Form form, int size) {
    if (form == Form.ALL) {
      return Places.all(size);
    }
    if (form == Form.BITMASK) {
      return Places.read(in, size);
    }
    int values = (int) in.varint("stored values", 0, size);
    int width = (int) in.varint("the width of gaps", MIN_WIDTH, MAX_WIDTH);
    if (form == Form.GAPS) {
      return readGaps(in, values, size, Symbols.all(width), PrefixCode.fixed(1 << width));
    }
    int used = (int) in.varint("gap symbols", values == 0 ? 0 : 1, 1 << width);
    PrefixCode code = PrefixCode.readLengths(in, used);
    return readGaps(in, values, size, Symbols.read(in, used, width), code);
  }

  private static BitSet readGaps(
      BitReader in, int values, int size, Symbols symbols, PrefixCode code) {
    BitSet stored = new BitSet(size);
    int skip = symbols.greatest();
    long next = 0;
    for (int found = 0; found < values; ) {
      int symbol = symbols.symbol(code.read(in));
      next += symbol;
      if (next >= size) {
        throw in.error("a value must be stored below place " + size, "place " + next);
      }
      if (symbol != skip) {
        stored.set((int) next++);
        found++;
      }
    }
    return stored;
  }

  /** How often each number of zeros stands before a stored value. */
  private static int[] gapCounts(BitSet stored) {
    int[] counts = new int[16];
    int greatest = 0;
    int next = 0;
    for (int i = stored.nextSetBit(0); i >= 0; i = stored.nextSetBit(i + 1)) {
      int gap = i - next;
      if (gap >= counts.length) {
        counts = Arrays.copyOf(counts, Math.max(gap + 1, 2 * counts.length));
      }
      counts[gap]++;
      greatest = Math.max(greatest, gap);
      next = i + 1;
    }
    return Arrays.copyOf(counts, greatest + 1);
  }

  private static long[] symbolCounts(int[] gaps, int width) {
    int skip = (1 << width) - 1;
    long[] counts = new long[skip + 1];
    for (int gap = 0; gap < gaps.length; gap++) {
      counts[skip] += (long) gaps[gap] * (gap / skip);
      counts[gap % skip] += gaps[gap];
    }
    return counts;
  }
}
