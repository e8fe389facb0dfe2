package dev.espalier.workers.coding;

import java.util.BitSet;

/** Which values of a tensor are stored. */
public final class Places {
  private Places() {}

  /** Those of all {@code size} values. */
  public static BitSet all(int size) {
    BitSet places = new BitSet(size);
    places.set(0, size);
    return places;
  }

  /** Those of all values but +0.0: -0.0 is a value like others, or it would come back as +0.0. */
  public static BitSet nonZero(float[] values) {
    BitSet places = new BitSet(values.length);
    for (int i = 0; i < values.length; i++) {
      if (Float.floatToRawIntBits(values[i]) != 0) {
        places.set(i);
      }
    }
    return places;
  }

  /** Appends a bit for each of {@code size} values, 1 where it is stored. */
  public static void write(BitWriter out, BitSet stored, int size) {
    for (int i = 0; i < size; i++) {
      out.bits(stored.get(i) ? 1 : 0, 1);
    }
  }

  /** Reads a bit for each of {@code size} values. */
  public static BitSet read(BitReader in, int size) {
    BitSet stored = new BitSet(size);
    for (int i = 0; i < size; i++) {
      stored.set(i, in.bit() == 1);
    }
    return stored;
  }
}
