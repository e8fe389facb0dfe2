package dev.espalier.sweep.run;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * An append-only file of lines. Each line is on the disk before {@link #append} returns; a last
 * line that a crash tore is cut off before the next is written.
 */
final class JsonLines implements Lines {
  // No channel: an interrupt would close it, and Ctrl-C interrupts.
  private final RandomAccessFile file;

  private long length;

  private JsonLines(RandomAccessFile file, long length) {
    this.file = file;
    this.length = length;
  }

  /** Reads the lines that are there, as {@link #read} does, and gets ready to write more. */
  static JsonLines open(Path path, Consumer<String> reader) throws IOException {
    long length = read(path, reader);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    return new JsonLines(file, length);
  }

  /**
   * Gives every line to {@code reader}, which throws IllegalArgumentException for a line that it
   * cannot read. The last line may be torn, and is then passed over.
   *
   * @return the bytes up to the end of the last good line
   * @throws RefusedException if another line than the last cannot be read
   */
  static long read(Path path, Consumer<String> reader) throws IOException {
    if (!Files.exists(path)) {
      return 0;
    }
    byte[] content = Files.readAllBytes(path);
    int start = 0;
    int number = 1;
    for (int end = 0; end < content.length; end++) {
      if (content[end] == '\n') {
        try {
          reader.accept(new String(content, start, end - start, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
          if (end == content.length - 1) {
            return start;
          }
          throw new RefusedException(
              path + ":" + number + ": must be a line of the journal, found " + e.getMessage(), e);
        }
        start = end + 1;
        number++;
      }
    }
    return start;
  }

  @Override
  public void append(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    // What a crash tore goes, and what a full disk left of the line before.
    file.setLength(length);
    file.seek(length);
    file.write(bytes);
    file.getFD().sync();
    length += bytes.length;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
