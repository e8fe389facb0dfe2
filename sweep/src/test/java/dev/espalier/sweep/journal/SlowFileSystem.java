package dev.espalier.sweep.journal;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/**
 * Local files as an object store gives them: {@code slow://ms30/folder} takes 30 ms a request, and
 * 64 requests at a time. A file appears whole when it is closed (of several processes that create
 * one, at the first), folders come by themselves, and opening a file takes two requests, as the
 * client for S3 asks for its length first.
 */
public final class SlowFileSystem extends FileSystem {
  private static final int AT_ONCE = 64;
  private static final int LISTED_AT_ONCE = 1_000;
  private static final AtomicLong REQUESTS = new AtomicLong();

  private final RawLocalFileSystem files = new RawLocalFileSystem();
  private final Semaphore free = new Semaphore(AT_ONCE);
  private URI uri = URI.create("slow://ms0");
  private long millis;

  /** The requests of this process to all such stores so far. */
  public static long requests() {
    return REQUESTS.get();
  }

  @Override
  public String getScheme() {
    return "slow";
  }

  @Override
  public void initialize(URI name, Configuration settings) throws IOException {
    super.initialize(name, settings);
    files.initialize(URI.create("file:///"), settings);
    uri = URI.create("slow://" + name.getAuthority());
    millis = Long.parseLong(name.getAuthority().substring("ms".length()));
  }

  @Override
  public URI getUri() {
    return uri;
  }

  private void request() throws IOException {
    REQUESTS.incrementAndGet();
    try {
      free.acquire();
      try {
        Thread.sleep(millis);
      } finally {
        free.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it waited for " + uri);
    }
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    request();
    request();
    return files.open(new Path(path.toUri().getPath()), buffer);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      @Nullable FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      @Nullable Progressable progress)
      throws IOException {
    if (!overwrite) {
      Files.createDirectories(local(path).getParent());
      try {
        Files.createFile(local(path));
      } catch (FileAlreadyExistsException e) {
        throw new org.apache.hadoop.fs.FileAlreadyExistsException(path.toString());
      }
    }
    return new FSDataOutputStream(new Put(local(path)), null);
  }

  /** Takes the demand that the store itself refuses a file that is there: {@link #create} does. */
  @Override
  public FSDataOutputStreamBuilder<FSDataOutputStream, Conditional> createFile(Path path) {
    return new Conditional(this, path);
  }

  private static final class Conditional
      extends FSDataOutputStreamBuilder<FSDataOutputStream, Conditional> {
    Conditional(FileSystem files, Path path) {
      super(files, path);
    }

    @Override
    public Conditional getThisBuilder() {
      return this;
    }

    @Override
    public FSDataOutputStream build() throws IOException {
      return getFS().create(getPath(), getFlags().contains(CreateFlag.OVERWRITE));
    }
  }

  /** Sends what was written when it is closed. */
  private final class Put extends ByteArrayOutputStream {
    private final java.nio.file.Path file;

    Put(java.nio.file.Path file) {
      this.file = file;
    }

    @Override
    public void close() throws IOException {
      request();
      Files.createDirectories(file.getParent());
      java.nio.file.Path whole = file.resolveSibling("." + UUID.randomUUID());
      Files.write(whole, toByteArray());
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    try (Stream<java.nio.file.Path> all = Files.list(local(path))) {
      for (java.nio.file.Path file : (Iterable<java.nio.file.Path>) all::iterator) {
        if (!file.getFileName().toString().startsWith(".")) {
          add(new Path(path, file.getFileName().toString()), found);
        }
      }
    } catch (NoSuchFileException e) {
      throw missing(path);
    } finally {
      for (int listed = 0; listed <= found.size(); listed += LISTED_AT_ONCE) {
        request();
      }
    }
    return found.toArray(new FileStatus[0]);
  }

  private static void add(Path path, List<FileStatus> found) throws IOException {
    try {
      found.add(status(path));
    } catch (FileNotFoundException justDeleted) {
      return;
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    request();
    return status(path);
  }

  private static FileStatus status(Path path) throws IOException {
    try {
      BasicFileAttributes about = Files.readAttributes(local(path), BasicFileAttributes.class);
      return new FileStatus(
          about.size(), about.isDirectory(), 1, 1, about.lastModifiedTime().toMillis(), path);
    } catch (NoSuchFileException e) {
      throw missing(path);
    }
  }

  private static FileNotFoundException missing(Path path) {
    return new FileNotFoundException(path + " is not there");
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    request();
    try {
      return Files.deleteIfExists(local(path));
    } catch (DirectoryNotEmptyException e) {
      throw new PathIsNotEmptyDirectoryException(path.toString());
    }
  }

  @Override
  public boolean mkdirs(Path path, @Nullable FsPermission permission) throws IOException {
    Files.createDirectories(local(path));
    return true;
  }

  /** What an object store promises. */
  @Override
  public boolean hasPathCapability(Path path, String capability) {
    return capability.equals("fs.capability.outputstream.abortable")
        || capability.equals("fs.option.create.conditional.overwrite");
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("an object store moves nothing");
  }

  @Override
  public FSDataOutputStream append(Path path, int buffer, @Nullable Progressable progress) {
    throw new UnsupportedOperationException("an object store appends nothing");
  }

  @Override
  public void setWorkingDirectory(Path path) {}

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri + "/");
  }
}
