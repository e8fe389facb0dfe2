package dev.espalier.workers.storage;

import java.io.IOException;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** Writing of single files by Hadoop's clients, whose promises differ. */
final class HadoopWrites {
  private static final String CONDITIONAL =
      Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

  private HadoopWrites() {}

  /** Writes the whole content down and closes the file; a file that fails is left out or cut. */
  static void write(FSDataOutputStream out, byte[] content) throws IOException {
    try {
      out.write(content);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    } catch (IOException e) {
      if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      out.close();
      throw e;
    }
    out.close();
  }

  /**
   * Begins a file that must not be there. The client of an object store would only look first and
   * then write, unless it is told that the store itself must refuse.
   *
   * @param address of the folder, for messages
   */
  static FSDataOutputStream exclusive(String address, FileSystem files, Path file)
      throws IOException {
    if (!isObjectStore(files, file)) {
      return files.create(file, false);
    } else if (!files.hasPathCapability(file, CONDITIONAL)) {
      throw StorageException.notExclusive(address, "its client cannot ask for that", null);
    }
    FSDataOutputStreamBuilder<?, ?> created = files.createFile(file).create().recursive();
    return created.overwrite(false).must(CONDITIONAL, true).build();
  }

  /** Whether the file system lets a file be made twice that must not be there. */
  static boolean createsTwice(String address, FileSystem files, Path probe) throws IOException {
    write(exclusive(address, files, probe), new byte[] {'\n'});
    try {
      write(exclusive(address, files, probe), new byte[] {'\n'});
      return true;
    } catch (IOException refused) {
      return false;
    } finally {
      files.delete(probe, false);
    }
  }

  /** Whether a file is seen only when it is complete, and none can be moved in one step. */
  static boolean isObjectStore(FileSystem files, Path file) throws IOException {
    return files.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM);
  }
}
