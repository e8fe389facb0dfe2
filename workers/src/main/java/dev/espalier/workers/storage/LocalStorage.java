package dev.espalier.workers.storage;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A folder on this machine's disks, or on one that is mounted like them. */
record LocalStorage(String address) implements Storage {
  private static final int PROBE_BYTES = 4096;

  LocalStorage(Path folder) {
    this(folder.toAbsolutePath().normalize().toString());
  }

  @Override
  public String place() {
    Path folder = path("");
    try {
      folder = folder.toRealPath();
      return folder + " " + Files.getAttribute(folder, "unix:ino");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return folder.toString();
    }
  }

  @Override
  public Storage folder(String name) {
    return new LocalStorage(path(name));
  }

  @Override
  public InputStream open(String file) throws IOException {
    return new FileInputStream(path(file).toFile());
  }

  @Override
  public void write(String file, byte[] content) throws IOException {
    makeFolder(file, content.length);
    Durable.write(path(file), content);
  }

  @Override
  public boolean create(String file, byte[] content) throws IOException {
    makeFolder(file, content.length);
    try {
      Files.createFile(path(file));
    } catch (FileAlreadyExistsException somebodyWasFaster) {
      return false;
    }
    Durable.write(path(file), content);
    return true;
  }

  @Override
  public void checkExclusive() {}

  private void makeFolder(String file, long bytes) throws StorageException {
    try {
      Files.createDirectories(Objects.requireNonNull(path(file).getParent(), file));
    } catch (IOException e) {
      throw Durable.unwritten(path(file), bytes, e);
    }
  }

  @Override
  public void replace(String file, byte[] content, String temporary) throws IOException {
    write(temporary, content);
    Durable.move(path(temporary), path(file));
  }

  @Override
  public List<Entry> list(String folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path(folder))) {
      for (Path file : files) {
        entry(file, entries);
      }
    } catch (NoSuchFileException nothingYet) {
      return List.of();
    }
    return entries;
  }

  private static void entry(Path file, List<Entry> entries) throws IOException {
    try {
      BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
      entries.add(
          new Entry(
              file.getFileName().toString(),
              about.isDirectory(),
              about.isDirectory() ? 0 : about.size(),
              about.lastModifiedTime().toMillis()));
    } catch (NoSuchFileException justDeleted) {
      return;
    }
  }

  @Override
  public boolean exists(String file) {
    return Files.exists(path(file));
  }

  @Override
  public long modifiedMillis(String file) throws IOException {
    return Files.getLastModifiedTime(path(file)).toMillis();
  }

  @Override
  public void delete(String file) throws IOException {
    Files.deleteIfExists(path(file));
  }

  @Override
  public void deleteFolder(String folder) throws IOException {
    try {
      Files.deleteIfExists(path(folder));
    } catch (DirectoryNotEmptyException somebodyIsAtWork) {
      return;
    }
  }

  @Override
  public long free() throws IOException {
    return Files.getFileStore(Durable.existing(path(""))).getUsableSpace();
  }

  @Override
  public void checkAnswers() {}

  @Override
  public void check() throws StorageException {
    Path folder = path("");
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, ".writable", "");
      try {
        Files.write(probe, new byte[PROBE_BYTES]); // A full disk still takes empty files.
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw new StorageException(
          "%s: must be a folder that can be written to, found %s (%s)"
              .formatted(folder, obstacle(), FileTrouble.reason(e)),
          e);
    }
  }

  private String obstacle() {
    Path there = Durable.existing(path(""));
    return Files.isDirectory(there) ? there + ", where nothing can be made" : "the file " + there;
  }

  private Path path(String name) {
    return Path.of(address).resolve(name);
  }
}
