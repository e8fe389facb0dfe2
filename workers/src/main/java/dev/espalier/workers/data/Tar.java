package dev.espalier.workers.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Reads POSIX ustar archives: blocks of 512 bytes, a header before each file. Only plain files and
 * folders are taken, only below the destination, and no more than a stated number of bytes.
 */
final class Tar {
  private static final int BLOCK = 512;

  private Tar() {}

  /**
   * Writes all files of {@code tar} below {@code dir}, each under a temporary name first.
   *
   * @param most bytes that all files together may have
   * @throws IOException if the archive is damaged, has an entry that is a link or leaves {@code
   *     dir}, or has more bytes
   */
  static void extract(InputStream tar, Path dir, long most) throws IOException {
    Path root = dir.toAbsolutePath().normalize();
    long left = most;
    byte[] header = block(tar);
    while (!isZero(header)) {
      checkSum(header);
      String name = name(header);
      long size = octal(header, 124, 12);
      char type = (char) header[156];
      Path target = target(root, name);
      if (size > left) {
        throw new IOException(
            "entry %s: the archive must have at most %d bytes in all, found more"
                .formatted(name, most));
      }
      left -= size;
      if (type == '0' || type == 0) {
        if (target.equals(root)) {
          throw outside(name);
        }
        Files.createDirectories(target.getParent());
        write(tar, size, target);
      } else if (type != '5') {
        throw new IOException(
            "entry %s: must be a file or a folder, found type %s".formatted(name, type));
      }
      header = block(tar);
    }
  }

  private static Path target(Path root, String name) throws IOException {
    try {
      Path target = root.resolve(name).normalize();
      if (!target.startsWith(root)) {
        throw outside(name);
      }
      return target;
    } catch (InvalidPathException e) {
      throw new IOException("entry %s: must be the name of a file".formatted(name), e);
    }
  }

  private static IOException outside(String name) {
    return new IOException("entry %s: must lie below the folder it is unpacked to".formatted(name));
  }

  private static void write(InputStream tar, long size, Path target) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(part)) {
      for (long left = size; left > 0; left -= BLOCK) {
        out.write(block(tar), 0, (int) Math.min(BLOCK, left));
      }
    }
    Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] block(InputStream tar) throws IOException {
    byte[] block = tar.readNBytes(BLOCK);
    if (block.length < BLOCK) {
      throw new EOFException("the archive ends in the middle");
    }
    return block;
  }

  private static boolean isZero(byte[] block) {
    for (byte value : block) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** The sum of the header's bytes, those of the sum itself taken as spaces. */
  private static void checkSum(byte[] header) throws IOException {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
    }
    long expected = octal(header, 148, 8);
    if (sum != expected) {
      throw new IOException(
          "a header must have the check sum %d, found %d".formatted(expected, sum));
    }
  }

  private static String name(byte[] header) {
    String name = text(header, 0, 100);
    boolean posix = text(header, 257, 6).equals("ustar");
    String prefix = posix ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] header, int from, int length) throws IOException {
    String digits = text(header, from, length).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw new IOException("a header must have octal numbers, found %s".formatted(digits));
    }
    return Long.parseLong(digits, 8);
  }
}
