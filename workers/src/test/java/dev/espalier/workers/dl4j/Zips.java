package dev.espalier.workers.dl4j;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** Changes entries of files that Deeplearning4j wrote. */
public final class Zips {
  private Zips() {}

  /** Adds or replaces an entry. */
  public static Path put(Path file, String entry, byte[] content) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path path = zip.getPath(entry);
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
      Files.write(path, content);
    }
    return file;
  }

  static byte[] read(Path file, String entry) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      return Files.readAllBytes(zip.getPath(entry));
    }
  }
}
