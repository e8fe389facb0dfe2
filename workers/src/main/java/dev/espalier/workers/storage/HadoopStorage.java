package dev.espalier.workers.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.security.AccessControlException;

/** A folder on a file system that Hadoop has a client for. */
record HadoopStorage(String address) implements Storage {
  /** How often a file is tried that is replaced again and again. */
  private static final int READS = 4;

  @Override
  public String place() {
    return address;
  }

  @Override
  public Storage folder(String name) {
    return new HadoopStorage(address + "/" + name);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A file that is replaced after it was opened and before it was read is opened again: HDFS and
   * S3A read no other content than that which was opened, and fail where it is gone.
   */
  @Override
  public byte[] read(String file, int most) throws IOException {
    for (int left = READS; true; left--) {
      try {
        return Storage.super.read(file, most);
      } catch (FileNotFoundException | TooLongException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  @Override
  public InputStream open(String file) throws IOException {
    return files().open(path(file));
  }

  @Override
  public void write(String file, byte[] content) throws IOException {
    try {
      HadoopWrites.write(files().create(path(file), true), content);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw unwritten(file, content.length, e);
    }
  }

  @Override
  public boolean create(String file, byte[] content) throws IOException {
    FSDataOutputStream out;
    try {
      out = HadoopWrites.exclusive(address, files(), path(file));
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      // HDFS has another exception for a file that is being written, which the client hides.
      if (exists(file)) {
        return false;
      }
      throw e;
    }
    try {
      HadoopWrites.write(out, content);
    } catch (IOException e) {
      // An object store refuses at the end, and has nothing of what could not be written.
      if (HadoopWrites.isObjectStore(files(), path(file)) && exists(file)) {
        return false;
      }
      throw e;
    }
    return true;
  }

  @Override
  public void checkExclusive() throws StorageException {
    Path probe = path(".exclusive-" + UUID.randomUUID());
    boolean twice;
    try {
      twice =
          client().withinSeconds(uri(), files -> HadoopWrites.createsTwice(address, files, probe));
    } catch (IOException e) {
      throw e.getCause() instanceof StorageException refused
          ? refused
          : StorageException.notExclusive(address, client().reason(e, uri()), e);
    }
    if (twice) {
      throw StorageException.notExclusive(address, "it wrote over one", null);
    }
  }

  /**
   * What to throw where {@code bytes} could not be written: the file system is full, or does not
   * allow it, or something else went wrong.
   */
  private IOException unwritten(String file, long bytes, IOException cause) throws IOException {
    String place = address + "/" + file;
    String reason = client().reason(cause, uri());
    if (cause instanceof AccessControlException || cause instanceof AccessDeniedException) {
      return StorageException.unwritable(place, reason, cause);
    }
    long free = free();
    return free < bytes || cause instanceof ClusterStorageCapacityExceededException
        ? StorageException.full(place, bytes, free, reason, cause)
        : cause;
  }

  /**
   * Object stores show a file when it is complete and cannot move one; HDFS shows what is being
   * written, and moves a file over another in one step.
   */
  @Override
  public void replace(String file, byte[] content, String temporary) throws IOException {
    if (HadoopWrites.isObjectStore(files(), path(file))) {
      write(file, content);
    } else {
      write(temporary, content);
      client().context(uri()).rename(path(temporary), path(file), Options.Rename.OVERWRITE);
    }
  }

  @Override
  public List<Entry> list(String folder) throws IOException {
    try {
      return Arrays.stream(files().listStatus(path(folder))).map(HadoopStorage::entry).toList();
    } catch (FileNotFoundException nothingYet) {
      return List.of();
    }
  }

  private static Entry entry(FileStatus status) {
    return new Entry(
        status.getPath().getName(),
        status.isDirectory(),
        status.isDirectory() ? 0 : status.getLen(),
        status.getModificationTime());
  }

  @Override
  public boolean exists(String file) throws IOException {
    return files().exists(path(file));
  }

  @Override
  public long modifiedMillis(String file) throws IOException {
    return files().getFileStatus(path(file)).getModificationTime();
  }

  @Override
  public void delete(String file) throws IOException {
    files().delete(path(file), false);
  }

  @Override
  public void deleteFolder(String folder) throws IOException {
    try {
      files().delete(path(folder), false);
    } catch (PathIsNotEmptyDirectoryException somebodyIsAtWork) {
      return;
    }
  }

  /** The file system counts each copy of a block. */
  @Override
  public long free() throws IOException {
    Path folder = path("");
    long copies = Math.max(1, files().getDefaultReplication(folder));
    return files().getStatus(folder).getRemaining() / copies;
  }

  @Override
  public void checkAnswers() throws StorageException {
    try {
      client().withinSeconds(uri(), files -> files.exists(path("")));
    } catch (IOException e) {
      String reason = client().reason(e, uri());
      throw new StorageException(address + ": must be a folder to read, found: " + reason, e);
    }
  }

  @Override
  public void check() throws StorageException {
    Path probe = path(".writable-" + UUID.randomUUID());
    try {
      client()
          .withinSeconds(
              uri(),
              files -> {
                HadoopWrites.write(files.create(probe, true), new byte[] {'\n'});
                return files.delete(probe, false);
              });
    } catch (IOException e) {
      throw new StorageException(
          address
              + ": must be a folder that can be written to, found: "
              + client().reason(e, uri()),
          e);
    }
  }

  private FileSystem files() throws IOException {
    return client().files(uri());
  }

  private static HadoopClient client() {
    return HadoopClient.current();
  }

  private URI uri() {
    return URI.create(address);
  }

  private Path path(String name) {
    String root = uri().getPath().isEmpty() ? address + "/" : address;
    return new Path(name.isEmpty() ? root : root + "/" + name);
  }
}
