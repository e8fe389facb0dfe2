package dev.espalier.workers.coding;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The different values of a tensor by falling frequency, equally frequent ones by rising bits.
 * Values differ if their bits differ. A hash table with open addressing: boxed ones are far too
 * slow for millions of weights.
 */
public final class DistinctValues {
  /** More different values than this are not worth a table. */
  public static final int MAX = 1 << 16;

  private final int shift;
  private final int[] bits; // by slot
  private final int[] counts; // by slot; 0 = free
  private final int[] ranks; // by slot
  private int @Nullable [] byRank; // null until somebody asks, since sorting costs most
  private int size;

  private DistinctValues(int values) {
    int log = PrefixCode.width(2 * Math.min(Math.max(values, 1), MAX + 1));
    this.shift = 32 - log;
    this.bits = new int[1 << log];
    this.counts = new int[1 << log];
    this.ranks = new int[1 << log];
  }

  /** Those of the values at {@code places}; null if they are more than {@link #MAX}. */
  public static @Nullable DistinctValues of(float[] values, BitSet places) {
    DistinctValues distinct = new DistinctValues(places.cardinality());
    for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
      int bits = Float.floatToRawIntBits(values[i]);
      int slot = distinct.slot(bits);
      if (distinct.counts[slot]++ == 0) {
        distinct.bits[slot] = bits;
        if (++distinct.size > MAX) {
          return null;
        }
      }
    }
    return distinct;
  }

  /** The slots by rank. */
  private int[] byRank() {
    if (byRank == null) {
      byRank = ranked();
    }
    return byRank;
  }

  private int[] ranked() {
    long[] order = new long[size];
    int found = 0;
    for (int slot = 0; slot < counts.length; slot++) {
      if (counts[slot] > 0) {
        order[found++] = ((long) -counts[slot] << 32) | (bits[slot] & 0xffffffffL);
      }
    }
    Arrays.sort(order);
    int[] slots = new int[size];
    for (int rank = 0; rank < size; rank++) {
      slots[rank] = slot((int) order[rank]);
      ranks[slots[rank]] = rank;
    }
    return slots;
  }

  /** The slot that holds these bits, or the free one where they belong. */
  private int slot(int value) {
    int slot = (value * 0x9E3779B1) >>> shift;
    while (counts[slot] > 0 && bits[slot] != value) {
      slot = (slot + 1) & (bits.length - 1);
    }
    return slot;
  }

  public int size() {
    return size;
  }

  /** How often each value occurs, by rank. */
  public long[] counts() {
    return Arrays.stream(byRank()).mapToLong(slot -> counts[slot]).toArray();
  }

  /** The bits of the value at a rank. */
  public int bits(int rank) {
    return bits[byRank()[rank]];
  }

  public int rank(float value) {
    var unused = byRank();
    return ranks[slot(Float.floatToRawIntBits(value))];
  }
}
