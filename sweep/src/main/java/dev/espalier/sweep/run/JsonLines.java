package dev.espalier.sweep.run;

import dev.espalier.workers.storage.Bounded;
import dev.espalier.workers.storage.Durable;
import dev.espalier.workers.storage.StorageException;
import dev.espalier.workers.storage.TooLongException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file of lines. Each line is on the disk before {@link #append} returns; a last
 * line that a crash tore is cut off before the next is written.
 */
final class JsonLines implements Lines {
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
   * @throws RefusedException if another line cannot be read, one contradicts itself, or the file is
   *     longer than {@link Bounded#MOST_BYTES}
   */
  static long read(Path path, Reader reader) throws IOException {
    if (!Files.exists(path)) {
      return 0;
    }
    byte[] content = content(path);
    int start = 0;
    int number = 1;
    for (int end = 0; end < content.length; end++) {
      if (content[end] == '\n') {
        String line = new String(content, start, end - start, StandardCharsets.UTF_8);
        String place = path + ":" + number;
        try {
          reader.accept(line, place);
        } catch (IllegalArgumentException e) {
          if (end == content.length - 1 && Lines.isTorn(line, e)) {
            return start;
          }
          throw Lines.refused(place, e);
        }
        start = end + 1;
        number++;
      }
    }
    return start;
  }

  private static byte[] content(Path path) throws IOException {
    try {
      return Bounded.read(path, Bounded.MOST_BYTES);
    } catch (TooLongException e) {
      throw new RefusedException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws StorageException if the disk is full or takes nothing
   */
  @Override
  public void append(String line) throws StorageException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      append(bytes);
    } catch (IOException e) {
      throw Durable.unwritten(path, bytes.length, e);
    }
  }

  private void append(byte[] line) throws IOException {
    RandomAccessFile open = file == null ? new RandomAccessFile(path.toFile(), "rw") : file;
    file = open;
    // What a crash tore goes, and what a full disk left of the line before.
    open.setLength(length);
    open.seek(length);
    open.write(line);
    open.getFD().sync();
    length += line.length;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
