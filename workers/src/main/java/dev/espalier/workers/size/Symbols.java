package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.coding.PrefixCode;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Which gap symbols occur, in the order in which a {@link PrefixCode} numbers them. */
final class Symbols {
  private final int[] byRank;
  private final int[] ranks; // by symbol
  private final long[] counts; // by rank

  private Symbols(int[] byRank, int alphabet, long[] counts) {
    this.byRank = byRank;
    this.counts = counts;
    this.ranks = new int[alphabet];
    for (int rank = 0; rank < byRank.length; rank++) {
      ranks[byRank[rank]] = rank;
    }
  }

  /** All symbols of {@code width} bits, in their own order. */
  static Symbols all(int width) {
    return new Symbols(IntStream.range(0, 1 << width).toArray(), 1 << width, new long[1 << width]);
  }

  /** Those that occur, by falling frequency, equally frequent ones by number. */
  static Symbols byFrequency(long[] counts) {
    // The count above, the symbol below: boxed symbols take most of the time of an encoding.
    long[] order =
        IntStream.range(0, counts.length)
            .filter(symbol -> counts[symbol] > 0)
            .mapToLong(symbol -> -counts[symbol] << Integer.SIZE | symbol)
            .sorted()
            .toArray();
    int[] byRank = Arrays.stream(order).mapToInt(entry -> (int) entry).toArray();
    long[] sorted = Arrays.stream(byRank).mapToLong(symbol -> counts[symbol]).toArray();
    return new Symbols(byRank, counts.length, sorted);
  }

  /** How often each occurs, by rank. */
  long[] counts() {
    return counts;
  }

  int symbol(int rank) {
    return byRank[rank];
  }

  int rank(int symbol) {
    return ranks[symbol];
  }

  /** The greatest number that the alphabet has, whether it occurs or not. */
  int greatest() {
    return ranks.length - 1;
  }

  /** The length of what {@link #write} writes. */
  long headerBits(PrefixCode code, int width) {
    return BitWriter.varintBits(byRank.length) + code.lengthsBits() + (long) byRank.length * width;
  }

  void write(BitWriter out, PrefixCode code, int width) {
    out.varint(byRank.length);
    code.writeLengths(out);
    for (int symbol : byRank) {
      out.bits(symbol, width);
    }
  }

  /** The part of {@link #write} that follows the lengths. */
  static Symbols read(BitReader in, int used, int width) {
    int[] byRank = new int[used];
    for (int rank = 0; rank < used; rank++) {
      byRank[rank] = (int) in.bits(width);
    }
    return new Symbols(byRank, 1 << width, new long[used]);
  }
}
