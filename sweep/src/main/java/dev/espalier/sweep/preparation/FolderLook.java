package dev.espalier.sweep.preparation;

import dev.espalier.workers.data.ClassFolders;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.image.Decoded;
import dev.espalier.workers.storage.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A quick look at a folder of images: their number, and the size of some of them.
 *
 * @param classes folders of classes
 * @param images files to train on and to validate with; for a folder without parts, including those
 *     that will be used for the test
 * @param hasParts whether the folder says itself which images are for the test
 * @param hasValidation whether the folder has images of its own for validation
 * @param side the median of the shorter sides of some images, in pixels
 */
public record FolderLook(
    int classes, int images, boolean hasParts, boolean hasValidation, int side) {
  /** The number of images that are decoded for their size. */
  private static final int LOOKED_AT = 32;

  /**
   * Looks at a folder as docs/images.md describes it.
   *
   * @throws DataException if there is none, or no images in it
   */
  public static FolderLook at(Path root) throws DataException {
    if (!Files.isDirectory(root)) {
      throw new DataException("--path: must be a folder of class folders, found none at " + root);
    }
    boolean parts = ClassFolders.areSplit(root);
    Path train = parts ? root.resolve(ClassFolders.TRAIN) : root;
    List<String> classes = ClassFolders.names(train);
    List<Path> images = new ArrayList<>();
    for (String name : classes) {
      ClassFolders.inside(train.resolve(name)).stream()
          .filter(ClassFolders::isImage)
          .forEach(images::add);
    }
    if (images.isEmpty()) {
      throw new DataException(
          "--path: must be a folder with a folder of PNG or JPEG files for each class, found no"
              + " such file in "
              + root);
    }
    boolean validation = parts && Files.isDirectory(root.resolve(ClassFolders.VALIDATION));
    try {
      return new FolderLook(classes.size(), images.size(), parts, validation, side(images));
    } catch (IOException e) {
      throw new DataException("--path: %s: %s".formatted(root, FileTrouble.reason(e)));
    }
  }

  /** The median over images that lie evenly among all. */
  private static int side(List<Path> images) throws IOException {
    int count = Math.min(LOOKED_AT, images.size());
    List<Integer> sides = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Decoded image = Decoded.read(images.get((int) ((long) i * images.size() / count)));
      sides.add(Math.min(image.height(), image.width()));
    }
    sides.sort(null);
    return sides.get(count / 2);
  }
}
