package dev.espalier.workers.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads whole contents, up to a bound. What a file system says of a length is not relied on: a
 * device has no end, and a file may grow while it is read.
 */
public final class Bounded {
  /** In bytes, for what has no bound of its own: 1 GiB, or a third of the memory that Java has. */
  public static final int MOST_BYTES =
      (int) Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 3);

  private Bounded() {}

  /**
   * The content of a file.
   *
   * @param most bytes that it may have
   * @throws TooLongException if it has more
   */
  public static byte[] read(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, most);
    }
  }

  /**
   * The rest of a stream.
   *
   * @param most bytes that it may have
   * @throws TooLongException if it has more
   */
  public static byte[] read(InputStream in, int most) throws IOException {
    byte[] content = in.readNBytes(most);
    if (content.length == most && in.read() >= 0) {
      throw new TooLongException(most);
    }
    return content;
  }

  /**
   * Writes the rest of a stream to a file, in place of what is there.
   *
   * @param most bytes that it may have
   * @return how many it has
   * @throws TooLongException if it has more; what came before lies in the file
   */
  public static long copy(InputStream in, Path file, long most) throws IOException {
    long left = most;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] part = new byte[1 << 16];
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        if (count > left) {
          throw new TooLongException(most);
        }
        left -= count;
        out.write(part, 0, count);
      }
    }
    return most - left;
  }
}
