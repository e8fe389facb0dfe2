package dev.espalier.workers.data;

import dev.espalier.workers.storage.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How folders of the user's own images are laid out: a folder with a folder of PNG or JPEG files
 * for each class, or two such folders named {@code train} and {@code test}, and perhaps a third,
 * {@code val}. Names that start with a dot are left out.
 */
public final class ClassFolders {
  public static final String TRAIN = "train";
  public static final String VALIDATION = "val";
  static final String TEST = "test";

  private ClassFolders() {}

  /**
   * Whether a folder says itself which images are for what.
   *
   * @throws DataException if it says so of validation, and not of the test
   */
  public static boolean areSplit(Path root) throws DataException {
    boolean train = Files.isDirectory(root.resolve(TRAIN));
    if (train && Files.isDirectory(root.resolve(TEST))) {
      return true;
    }
    if (train && Files.isDirectory(root.resolve(VALIDATION))) {
      throw new DataException(
          "%s: beside train and val there must be test, whose accuracy is reported, found none; if there are only two parts, rename val to test"
              .formatted(root));
    }
    return false;
  }

  /** The names of the folders in a folder, sorted. */
  public static List<String> names(Path root) throws DataException {
    return inside(root).stream()
        .filter(Files::isDirectory)
        .map(path -> path.getFileName().toString())
        .toList();
  }

  /** All that lies in a folder, sorted by name. */
  public static List<Path> inside(Path folder) throws DataException {
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
          .toList();
    } catch (IOException e) {
      throw new DataException("%s: cannot be read: %s".formatted(folder, FileTrouble.reason(e)));
    }
  }

  /** Whether a file is one of images by its name. */
  public static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean named = name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
    return named && Files.isRegularFile(file);
  }
}
