package dev.espalier.sweep.journal;

import dev.espalier.workers.storage.Bounded;
import dev.espalier.workers.storage.Durable;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file of lines, which are on the disk when {@link #append} returns. An incomplete
 * last line, left by a crash, is cut off before the next line is written.
 */
final class JsonLines implements Lines {
  private static final int BUFFER_BYTES = 1 << 16;

  // No channel: an interrupt would close it, and Ctrl-C interrupts.
  private @Nullable RandomAccessFile file;

  private final Path path;
  private long length;

  private JsonLines(Path path, long length) {
    this.path = path;
    this.length = length;
  }

  /** Reads the lines that are there, as {@link #read} does, and gets ready to write more. */
  static JsonLines open(Path path, Reader reader) throws IOException {
    return new JsonLines(path, read(path, reader));
  }

  /**
   * Gives every line to {@code reader}. The last line may be torn, and is then passed over.
   *
   * @return the bytes up to the end of the last good line
   * @throws RefusedException if another line than the last cannot be read, one contradicts itself,
   *     or one is longer than {@link Bounded#MOST_BYTES}
   */
  static long read(Path path, Reader reader) throws IOException {
    if (!Files.exists(path)) {
      return 0;
    }
    LineByLine lines = new LineByLine(path, reader);
    try (InputStream in = Files.newInputStream(path)) {
      byte[] read = new byte[BUFFER_BYTES];
      int filled = 0;
      for (int more = 0; more >= 0; more = in.read(read, filled, read.length - filled)) {
        int start = 0;
        for (int end = filled; end < filled + more; end++) {
          if (read[end] == '\n') {
            lines.add(
                new String(read, start, end - start, StandardCharsets.UTF_8), end + 1 - start);
            start = end + 1;
          }
        }
        filled += more - start;
        System.arraycopy(read, start, read, 0, filled);
        read = filled == read.length ? longer(path, read) : read;
      }
      lines.end(filled);
    }
    return lines.good;
  }

  private static byte[] longer(Path path, byte[] full) {
    if (full.length > Bounded.MOST_BYTES / 2) {
      throw new RefusedException(
          "%s: a line must have at most %d bytes, found more".formatted(path, Bounded.MOST_BYTES));
    }
    return Arrays.copyOf(full, 2 * full.length);
  }

  /** Takes lines over, one behind, since the last one alone may be torn. */
  private static final class LineByLine {
    private final Path path;
    private final Reader reader;
    private long good;
    private int number;
    private @Nullable RefusedException torn;

    LineByLine(Path path, Reader reader) {
      this.path = path;
      this.reader = reader;
    }

    void add(String line, int bytes) {
      end(bytes);
      number++;
      String place = path + ":" + number;
      try {
        reader.read(line, place).run();
        good += bytes;
      } catch (IllegalArgumentException e) {
        torn = Lines.refused(place, e);
        if (!Lines.isTorn(line, e)) {
          throw torn;
        }
      }
    }

    /** Makes sure that nothing follows a torn line. */
    void end(int bytesAfter) {
      if (torn != null && bytesAfter > 0) {
        throw torn;
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws StorageException if the disk is full or takes nothing
   */
  @Override
  public void append(List<String> lines) throws StorageException {
    byte[] bytes =
        lines.stream()
            .map(line -> line + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    try {
      append(bytes);
    } catch (IOException e) {
      throw Durable.unwritten(path, bytes.length, e);
    }
  }

  private void append(byte[] lines) throws IOException {
    RandomAccessFile open = file == null ? new RandomAccessFile(path.toFile(), "rw") : file;
    file = open;
    // What a crash tore goes, and what a full disk left of the lines before.
    open.setLength(length);
    open.seek(length);
    open.write(lines);
    open.getFD().sync();
    length += lines.length;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
