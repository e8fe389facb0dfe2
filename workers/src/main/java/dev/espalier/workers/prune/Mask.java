package dev.espalier.workers.prune;

import java.util.Arrays;
import java.util.BitSet;

/** Which values of one tensor are kept, in the tensor's canonical order. Immutable. */
public final class Mask {
  private final int size;
  private final BitSet pruned;

  /** Keeps {@code pruned} itself, which must not be changed afterwards. */
  Mask(int size, BitSet pruned) {
    this.size = size;
    this.pruned = pruned;
  }

  /**
   * The mask that prunes the values at {@code zeros} and keeps all others.
   *
   * @param size how many values the tensor has
   * @param zeros indices in [0, size), in any order
   */
  public static Mask pruning(int size, int[] zeros) {
    BitSet pruned = new BitSet(size);
    for (int index : zeros) {
      if (index < 0 || index >= size) {
        throw new IllegalArgumentException(
            "mask: an index must be in [0, " + size + "), found " + index);
      }
      pruned.set(index);
    }
    return new Mask(size, pruned);
  }

  /** The mask that prunes what either mask prunes. */
  public Mask and(Mask other) {
    if (other.size != size) {
      throw new IllegalArgumentException(
          "mask: must be joined with one of " + size + " values, found " + other.size);
    }
    BitSet both = (BitSet) pruned.clone();
    both.or(other.pruned);
    return new Mask(size, both);
  }

  /** The mask restricted to the values at {@code indices}, in that order. */
  public Mask at(int[] indices) {
    BitSet left = new BitSet(indices.length);
    for (int i = 0; i < indices.length; i++) {
      left.set(i, pruned.get(indices[i]));
    }
    return new Mask(indices.length, left);
  }

  /** The pruned values, as bits. */
  public BitSet pruned() {
    return (BitSet) pruned.clone();
  }

  /** How many values the tensor has, kept or not. */
  public int size() {
    return size;
  }

  /** Whether the value at {@code index} is kept. */
  public boolean keeps(int index) {
    return !pruned.get(index);
  }

  /** How many values are kept. */
  public int kept() {
    return size - pruned.cardinality();
  }

  /** The indices of the pruned values, ascending. */
  public int[] zeros() {
    int[] zeros = new int[pruned.cardinality()];
    int index = -1;
    for (int i = 0; i < zeros.length; i++) {
      index = pruned.nextSetBit(index + 1);
      zeros[i] = index;
    }
    return zeros;
  }

  /**
   * Sets the pruned values to +0.0 and leaves the others unchanged. It selects and never
   * multiplies: -1 x 0 would be -0.0, infinity x 0 would be NaN.
   */
  public void apply(float[] values) {
    if (values.length != size) {
      throw new IllegalArgumentException(
          "mask: must be applied to " + size + " values, found " + values.length);
    }
    int from = pruned.nextSetBit(0);
    while (from >= 0) {
      int to = pruned.nextClearBit(from);
      Arrays.fill(values, from, to, 0.0f);
      from = pruned.nextSetBit(to);
    }
  }

  /** A copy of {@code values} to which this mask is applied. */
  public float[] applied(float[] values) {
    float[] copy = values.clone();
    apply(copy);
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask && size == mask.size && pruned.equals(mask.pruned);
  }

  @Override
  public int hashCode() {
    return 31 * size + pruned.hashCode();
  }

  @Override
  public String toString() {
    return "Mask[" + kept() + " of " + size + " kept]";
  }
}
