package dev.espalier.workers.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;

/**
 * A folder of files, on this machine's disks or on a Hadoop file system. It holds an address and
 * nothing open, so it travels to executors.
 *
 * <p>Names are relative to the folder, with {@code /} between their parts. No folder is ever
 * renamed: file systems differ in what that does.
 */
public interface Storage extends Serializable {

  /**
   * A file or a folder in a folder.
   *
   * @param name its last part
   * @param bytes its length, 0 for a folder
   * @param modifiedMillis when it was last written, in milliseconds since 1970
   */
  record Entry(String name, boolean isFolder, long bytes, long modifiedMillis) {}

  /** The address that {@link Storages#at} takes. */
  String address();

  /**
   * What tells this folder from its copies, as well as the file system can: its address, and on
   * local disks the number that the disk knows it by. Different ways to one folder have one place.
   */
  String place();

  /** A folder in this one. */
  Storage folder(String name);

  /**
   * The content of a file of at most {@link Bounded#MOST_BYTES} bytes.
   *
   * @throws java.io.FileNotFoundException if there is none
   * @throws TooLongException if it has more
   */
  default byte[] read(String file) throws IOException {
    return read(file, Bounded.MOST_BYTES);
  }

  /**
   * The content of a file.
   *
   * @param most bytes that it may have
   * @throws java.io.FileNotFoundException if there is none
   * @throws TooLongException if it has more
   */
  default byte[] read(String file, int most) throws IOException {
    try (InputStream content = open(file)) {
      return Bounded.read(content, most);
    } catch (TooLongException e) {
      throw new TooLongException(address() + "/" + file, e);
    }
  }

  /**
   * The content of a file, from its start.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  InputStream open(String file) throws IOException;

  /**
   * Writes a file of a new name, so that it outlives this process and, where the file system
   * promises that, a crash of its machines. Folders on the way are made. A writer that dies may
   * leave a part of the file.
   */
  void write(String file, byte[] content) throws IOException;

  /**
   * Writes a file as {@link #write} does, if there is none of that name. Of several processes that
   * try at once, one does.
   *
   * @return whether this one did
   */
  boolean create(String file, byte[] content) throws IOException;

  /**
   * Makes sure that {@link #create} keeps its promise here, within seconds: some object stores
   * cannot refuse to write over an object.
   *
   * @throws StorageException if it does not, saying why and what to do
   */
  void checkExclusive() throws StorageException;

  /**
   * Writes a file in one piece: whoever looks sees the old content or the new.
   *
   * @param temporary the name that an unfinished file has meanwhile, where the file system needs
   *     one; nobody else may use it
   */
  void replace(String file, byte[] content, String temporary) throws IOException;

  /** What lies in a folder, in no order; nothing if it is not there. */
  List<Entry> list(String folder) throws IOException;

  boolean exists(String file) throws IOException;

  /**
   * When a file was last written, in milliseconds since 1970, by the clock of the file system.
   *
   * @throws IOException if there is no such file
   */
  long modifiedMillis(String file) throws IOException;

  /** Deletes a file, if it is there. */
  void delete(String file) throws IOException;

  /** Deletes a folder, if it is there and nothing is in it. */
  void deleteFolder(String folder) throws IOException;

  /** How many bytes of files there is room for; Long.MAX_VALUE where nobody knows a limit. */
  long free() throws IOException;

  /**
   * Makes sure that somebody answers at the address, within seconds.
   *
   * @throws StorageException if nobody does, saying why and what to do
   */
  void checkAnswers() throws StorageException;

  /**
   * Makes sure that files can be written here, within seconds.
   *
   * @throws StorageException if they cannot, saying why and what to do
   */
  void check() throws StorageException;
}
