package dev.espalier.workers.storage;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/**
 * Files that survive a crash of the machine. Streams rather than channels: an interrupt closes a
 * channel in the middle of its work, and stages are stopped by interrupts.
 */
public final class Durable {
  /** The operating system's words for a disk, or a share of it, that is full. */
  private static final List<String> FULL =
      List.of("No space left on device", "not enough space on the disk", "quota exceeded");

  private Durable() {}

  /**
   * Writes a file down to the disk. One that cannot be written whole is taken away again.
   *
   * @throws StorageException if the disk is full or takes nothing
   */
  static void write(Path file, byte[] content) throws StorageException {
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
      out.getFD().sync();
    } catch (IOException e) {
      var unused = file.toFile().delete();
      throw unwritten(file, content.length, e);
    }
  }

  /** What to say where {@code bytes} more could not be written to {@code file}. */
  public static StorageException unwritten(Path file, long bytes, IOException cause) {
    String reason = FileTrouble.reason(cause);
    long free = existing(file).toFile().getUsableSpace();
    return FULL.stream().anyMatch(reason::contains)
        ? StorageException.full(file.toString(), bytes, free, reason, cause)
        : StorageException.unwritable(file.toString(), reason, cause);
  }

  /** The path, or the nearest one above it that is there. */
  public static Path existing(Path path) {
    Path there = path.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  /** Writes a whole file: whoever looks sees the old content or the new, after a crash too. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path complete = file.resolveSibling(file.getFileName() + ".tmp");
    write(complete, content);
    move(complete, file);
  }

  /** Moves a file over another of its folder: whoever looks sees the old content or the new. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(Objects.requireNonNull(to.toAbsolutePath().getParent(), "a file has a folder"));
  }

  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders, and an interrupt closes the channel: the move itself is done.
      return;
    }
  }
}
