package dev.espalier.workers.coding;

import java.util.Arrays;

/** Bits into bytes, the highest bit of a byte first. */
public final class BitWriter {
  private byte[] bytes = new byte[1024];
  private int size;
  private long pending;
  private int pendingBits;

  /** How many bits a number takes as a {@link #varint}. */
  public static int varintBits(long value) {
    return 8 * Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  /**
   * Appends the lowest {@code count} bits of {@code value}.
   *
   * @param value with no other bits set
   * @param count in [0, 56]
   */
  public void bits(long value, int count) {
    pending = pending << count | value;
    pendingBits += count;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      append((byte) (pending >>> pendingBits));
    }
  }

  /**
   * Appends a number, at least 0: seven bits at a time, lowest first, each after a bit that is 1 if
   * more follow.
   */
  public void varint(long value) {
    long left = value;
    while (left >= 128) {
      bits(128 | (left & 127), 8);
      left >>>= 7;
    }
    bits(left, 8);
  }

  /** Appends whole bytes. */
  public void bytes(byte[] more) {
    for (byte value : more) {
      bits(value & 0xff, 8);
    }
  }

  /** Appends zero bits up to the next whole byte. */
  public void align() {
    bits(0, -pendingBits & 7);
  }

  /** How many whole bytes there are. */
  public int size() {
    return size;
  }

  /** The whole bytes so far; {@link #align} comes first. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void append(byte next) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = next;
  }
}
