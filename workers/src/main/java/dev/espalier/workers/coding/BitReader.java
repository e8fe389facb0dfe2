package dev.espalier.workers.coding;

import java.util.Arrays;

/** Reads what {@link BitWriter} wrote. Every error names the byte at which it was found. */
public final class BitReader {
  private final byte[] bytes;
  private final long end;
  private long position; // in bits

  /** Reads the bytes [from, to). */
  public BitReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = 8L * from;
    this.end = 8L * to;
  }

  public int bit() {
    if (position == end) {
      throw error("more bits must follow", "the end");
    }
    int bit = bytes[(int) (position >>> 3)] >>> (7 - (int) (position & 7)) & 1;
    position++;
    return bit;
  }

  /** The next {@code count} bits, at most 56. */
  public long bits(int count) {
    if (count > end - position) {
      position = end;
      throw error("more bits must follow", "the end");
    }
    long value = 0;
    int left = count;
    while (left > 0) {
      int inByte = 8 - (int) (position & 7);
      int taken = Math.min(left, inByte);
      int bits = bytes[(int) (position >>> 3)] >>> (inByte - taken) & (1 << taken) - 1;
      value = value << taken | bits;
      position += taken;
      left -= taken;
    }
    return value;
  }

  /**
   * A number in [least, greatest].
   *
   * @param what it is, for the error
   */
  public long varint(String what, long least, long greatest) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      long group = bits(8);
      value |= (group & 127) << shift;
      if (group < 128) {
        if (value < least || value > greatest) {
          throw error(what + " must be in [" + least + ", " + greatest + "]", value);
        }
        return value;
      }
    }
    throw error(what + " must have at most 63 bits", "more");
  }

  /** Skips the zero bits up to the next whole byte. */
  public void align() {
    int count = (int) (-position & 7);
    long padding = bits(count);
    if (padding != 0) {
      throw error("a record must be filled up with zero bits", Long.toBinaryString(padding));
    }
  }

  public boolean atEnd() {
    return position == end;
  }

  /** How many whole bytes are left. */
  public int left() {
    return (int) ((end - position) >>> 3);
  }

  /** The whole bytes that are left; it stays where it is. */
  public byte[] rest() {
    return Arrays.copyOfRange(bytes, (int) (position >>> 3), (int) (end >>> 3));
  }

  public IllegalArgumentException error(String rule, Object found) {
    return new IllegalArgumentException(
        "byte " + (position >>> 3) + ": " + rule + ", found " + found);
  }
}
