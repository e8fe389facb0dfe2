package dev.espalier.sweep.journal;

import dev.espalier.workers.storage.Bounded;
import dev.espalier.workers.storage.TooLongException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a folder of this machine. The operating system releases it whenever the process ends.
 * The file stays: removing it would let two runs lock two different files.
 */
final class FolderLock implements RunLock {
  /** A process id and the end of its line have fewer. */
  private static final int PID_BYTES = 32;

  private final RunDirectory directory;
  private final FileChannel channel;

  private FolderLock(RunDirectory directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws RefusedException if another run holds it
   */
  static FolderLock take(RunDirectory directory) throws IOException {
    Path lock = directory.root().resolve(RunDirectory.LOCK);
    FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new RefusedException(
          "another run (pid " + holder(lock) + ") is at work in " + directory.address());
    }
    channel.truncate(0);
    String pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)));
    return new FolderLock(directory, channel);
  }

  /** What the holder wrote down. */
  private static String holder(Path lock) throws IOException {
    try {
      return new String(Bounded.read(lock, PID_BYTES), StandardCharsets.UTF_8).strip();
    } catch (TooLongException e) {
      return "unknown";
    }
  }

  @Override
  public RunDirectory directory() {
    return directory;
  }

  /** The system takes it from nobody. */
  @Override
  public void requireHeld() {}

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
