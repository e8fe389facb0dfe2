package dev.espalier.workers.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder of files, on this machine's disks or on a Hadoop file system. It holds an address and
 * nothing open, so it travels to executors.
 *
 * <p>Names are relative to the folder, with {@code /} between their parts. No folder is ever
 * renamed: file systems differ in what that does.
 */
public sealed interface Storage extends Serializable permits LocalStorage, HadoopStorage {

  /** Two letters at least, so that a Windows drive is none. */
  Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");

  /**
   * A file or a folder in a folder.
   *
   * @param name its last part
   * @param bytes its length, 0 for a folder
   * @param modifiedMillis when it was last written, in milliseconds since 1970
   */
  record Entry(String name, boolean isFolder, long bytes, long modifiedMillis) {}

  /**
   * The folder of an address: a path, {@code file:/...}, or what Hadoop has a file system for, such
   * as {@code hdfs://host:8020/folder} and {@code s3a://bucket/folder}. Nothing is asked yet.
   *
   * @throws IllegalArgumentException if {@code address} is no such address
   */
  static Storage at(String address) {
    Matcher scheme = SCHEME.matcher(address);
    if (!scheme.matches()) {
      return new LocalStorage(local(address));
    }
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be an address, found " + e.getMessage(), e);
    }
    if (uri.getPath() == null || !uri.getPath().startsWith("/")) {
      throw new IllegalArgumentException(
          "must be an absolute address, such as %s, found %s"
              .formatted(example(scheme.group(1).toLowerCase(Locale.ROOT)), address));
    }
    return uri.getScheme().equalsIgnoreCase("file")
        ? new LocalStorage(local(uri.getPath()))
        : new HadoopStorage(address.replaceAll("/+$", ""));
  }

  private static Path local(String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "must be a path, found %s: %s".formatted(path, FileTrouble.reason(e)), e);
    }
  }

  private static String example(String scheme) {
    return scheme.equals("file") ? "file:/folder" : scheme + "://host/folder";
  }

  /** A folder on this machine's disks. */
  static Storage of(Path folder) {
    return new LocalStorage(folder);
  }

  /**
   * Whether it is written as an address, {@code hdfs:...} or {@code file:...}, and not as a path.
   */
  static boolean isAddress(String text) {
    return SCHEME.matcher(text).matches();
  }

  /** Whether an address is one of another file system than this machine's. */
  static boolean isElsewhere(String address) {
    return at(address) instanceof HadoopStorage;
  }

  /** The address that {@link #at} takes. */
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
