package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * What is around the content of an {@code .esp} file: the magic number 89 45 53 50, the version
 * (one byte) and the length of the file (four bytes, big-endian) before it, and the CRC-32 of all
 * of that (four bytes, big-endian) behind it.
 *
 * @param version 1, 2 or 3
 */
record FileFrame(int version) {
  static final FileFrame FIRST = new FileFrame(1);
  static final FileFrame SECOND = new FileFrame(2);
  static final FileFrame THIRD = new FileFrame(3);

  private static final int MAGIC = 0x89455350; // no text file starts with 0x89; then "ESP"
  private static final int HEADER = 9;
  private static final int TRAILER = 4;

  /** The file of a content. */
  byte[] around(byte[] content) {
    ByteBuffer file = ByteBuffer.allocate(HEADER + content.length + TRAILER);
    file.putInt(MAGIC).put((byte) version).putInt(file.capacity()).put(content);
    file.putInt((int) checksum(file.array(), file.position()));
    return file.array();
  }

  /** The content of a file that is whole. */
  static BitReader content(byte[] file) {
    return new BitReader(file, HEADER, file.length - TRAILER);
  }

  /** What of the content a reader has read, which ended with a whole byte. */
  static byte[] read(byte[] file, BitReader content) {
    return Arrays.copyOfRange(file, HEADER, file.length - TRAILER - content.left());
  }

  /**
   * The frame of a file.
   *
   * @throws IllegalArgumentException if the file is not whole, or of another version
   */
  static FileFrame of(byte[] file) {
    BitReader in = new BitReader(file, 0, file.length);
    if (file.length < HEADER + TRAILER) {
      throw in.error("must have at least " + (HEADER + TRAILER) + " bytes", file.length);
    }
    long magic = in.bits(32);
    if (magic != (MAGIC & 0xffffffffL)) {
      throw new BitReader(file, 0, 4)
          .error("an .esp file must start with 89455350", Long.toHexString(magic));
    }
    int version = (int) in.bits(8);
    if (version < FIRST.version || version > THIRD.version) {
      throw in.error("the version must be 1, 2 or 3", version);
    }
    long length = in.bits(32);
    if (length != file.length) {
      throw in.error("the file must have " + length + " bytes", file.length);
    }
    long expected = checksum(file, file.length - TRAILER);
    BitReader end = new BitReader(file, file.length - TRAILER, file.length);
    long found = end.bits(32);
    if (found != expected) {
      throw end.error(
          "the checksum must be " + Long.toHexString(expected), Long.toHexString(found));
    }
    return new FileFrame(version);
  }

  private static long checksum(byte[] file, int length) {
    CRC32 crc = new CRC32();
    crc.update(file, 0, length);
    return crc.getValue();
  }
}
