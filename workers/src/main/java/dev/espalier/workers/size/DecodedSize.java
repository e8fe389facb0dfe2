package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;

/**
 * What the tensors of a file take in memory, summed up while it is read: a few bytes can declare
 * any number of zeros, and a name can repeat the whole name before it.
 */
final class DecodedSize {
  /** Of all tensors of a file together. */
  static final int MAX_VALUES = 200_000_000;

  /** Whoever decodes a tensor may need it a second time, as the bytes of another file. */
  private static final long MAX_BYTES =
      Math.min(4L * MAX_VALUES, Runtime.getRuntime().maxMemory() / 3);

  /** Of a tensor, whatever its values take. */
  private static final int OBJECTS = 256;

  private static final int MAX_NAME = 1 << 16;

  private final long maxBytes;
  private long values;
  private long bytes;

  DecodedSize() {
    this(MAX_BYTES);
  }

  DecodedSize(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Makes sure that the file may declare {@code more} values.
   *
   * @throws IllegalArgumentException if it may not
   */
  void checkValues(BitReader in, String name, long more) {
    if (values + more > MAX_VALUES) {
      throw in.error(
          name + ": all tensors together must have at most " + MAX_VALUES + " values",
          values + more);
    }
  }

  /**
   * Adds the values of a tensor.
   *
   * @throws IllegalArgumentException if the file declares more than it may
   */
  void addValues(BitReader in, String name, long more) {
    checkValues(in, name, more);
    values += more;
    add(in, 4 * more);
  }

  /**
   * Adds the name of a tensor, which comes before its values.
   *
   * @param length in bytes
   * @throws IllegalArgumentException if the file declares more than it may
   */
  void addName(BitReader in, int length) {
    if (length > MAX_NAME) {
      throw in.error("a name must have at most " + MAX_NAME + " bytes", length);
    }
    add(in, length + OBJECTS);
  }

  private void add(BitReader in, long more) {
    bytes += more;
    if (bytes > maxBytes) {
      throw in.error(
          "all tensors together must take at most "
              + maxBytes
              + " bytes of memory, a third of what Java has here",
          bytes);
    }
  }
}
