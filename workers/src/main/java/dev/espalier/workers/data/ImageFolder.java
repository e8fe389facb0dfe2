package dev.espalier.workers.data;

import dev.espalier.workers.image.Decoded;
import dev.espalier.workers.random.Draw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user's own images in {@link ClassFolders}. Without a {@code test} folder, a fifth of each
 * class, chosen by a fixed seed, is for testing. Classes and files are taken in the order of their
 * names.
 */
final class ImageFolder {
  private static final long TEST_SEED = 20_240_301;

  /** One image in this many is for testing where the user has not said which. */
  private static final int TEST_SHARE = 5;

  private static final int PROBLEMS_SHOWN = 20;

  /** What one array holds, or a third of the memory that Java has: images are held twice once. */
  private static final long MOST_BYTES =
      Math.min(Integer.MAX_VALUE - 64, Runtime.getRuntime().maxMemory() / 3);

  private final int size;
  private final List<String> problems = new ArrayList<>();
  private @Nullable Decoded shape;
  private long bytes;

  private ImageFolder(int size) {
    this.size = size;
  }

  /**
   * @param size pixels a side, 0 for images that are of one size already
   */
  static Pool read(Path root, int size) throws DataException {
    return new ImageFolder(size).read(root);
  }

  /** A file and the label of the folder it lies in. */
  private record Labelled(Path file, int label) {}

  private Pool read(Path root) throws DataException {
    if (!Files.isDirectory(root)) {
      throw new DataException(
          "dataset.path: must be a folder of class folders, found none at %s".formatted(root));
    }
    List<Labelled> train = new ArrayList<>();
    List<Labelled> validation = new ArrayList<>();
    List<Labelled> test = new ArrayList<>();
    List<String> classes =
        ClassFolders.areSplit(root)
            ? listSplit(root, train, validation, test)
            : list(root, train, test);
    stopAtProblems();
    List<Decoded> trainImages = decode(train);
    List<Decoded> validationImages = decode(validation);
    List<Decoded> testImages = decode(test);
    stopAtProblems();
    boolean grey =
        Stream.of(trainImages, validationImages, testImages)
            .flatMap(List::stream)
            .allMatch(Decoded::isGrey);
    return new Pool(
        pixels(trainImages, train, grey),
        validation.isEmpty() ? null : pixels(validationImages, validation, grey),
        pixels(testImages, test, grey),
        classes,
        false);
  }

  private List<String> listSplit(
      Path root, List<Labelled> train, List<Labelled> validation, List<Labelled> test)
      throws DataException {
    List<String> classes = classes(root.resolve(ClassFolders.TRAIN));
    Map<String, List<Labelled>> splits = new LinkedHashMap<>();
    splits.put(ClassFolders.TRAIN, train);
    splits.put(ClassFolders.TEST, test);
    for (String folder : ClassFolders.names(root)) {
      if (folder.equals(ClassFolders.VALIDATION)) {
        splits.put(ClassFolders.VALIDATION, validation);
      } else if (!splits.containsKey(folder)) {
        throw new DataException(
            "%s: beside train and test there may only be val, found %s; rename it to val if validation images are to be taken from it, or move it away"
                .formatted(root, folder));
      }
    }
    for (Map.Entry<String, List<Labelled>> split : splits.entrySet()) {
      Path folder = root.resolve(split.getKey());
      List<String> found = classes(folder);
      if (!classes.equals(found)) {
        throw new DataException(
            "%s: train and %s must have the same class folders, found %s and %s"
                .formatted(root, split.getKey(), classes, found));
      }
      for (int label = 0; label < classes.size(); label++) {
        for (Path file : files(folder.resolve(classes.get(label)), 1)) {
          split.getValue().add(new Labelled(file, label));
        }
      }
    }
    return classes;
  }

  private List<String> list(Path root, List<Labelled> train, List<Labelled> test)
      throws DataException {
    List<String> classes = classes(root);
    for (int label = 0; label < classes.size(); label++) {
      List<Path> files = files(root.resolve(classes.get(label)), 2);
      int tested = Math.max(1, files.size() / TEST_SHARE);
      int[] rank = Draw.of(TEST_SEED, Draw.TEST_SHARE, label).permutation(files.size());
      for (int i = 0; i < files.size(); i++) {
        (rank[i] < tested ? test : train).add(new Labelled(files.get(i), label));
      }
    }
    return classes;
  }

  private static List<String> classes(Path folder) throws DataException {
    List<String> classes = ClassFolders.names(folder);
    if (classes.size() < 2) {
      throw new DataException(
          "%s: must have at least 2 class folders, found %s".formatted(folder, classes));
    }
    return classes;
  }

  private List<Path> files(Path folder, int least) throws DataException {
    List<Path> files = ClassFolders.inside(folder);
    if (files.size() < least) {
      problems.add(
          "%s: a class folder must hold at least %s, found %d"
              .formatted(folder, least == 1 ? "1 image" : least + " images", files.size()));
    }
    files.stream()
        .filter(file -> !ClassFolders.isImage(file))
        .forEach(file -> problems.add("%s: must be a PNG or JPEG file".formatted(file)));
    return files;
  }

  private List<Decoded> decode(List<Labelled> files) throws DataException {
    List<Decoded> images = new ArrayList<>(files.size());
    for (Labelled labelled : files) {
      try {
        Decoded image = Decoded.read(labelled.file());
        Decoded shaped = size == 0 ? image : image.toSquare(size);
        checkSize(shaped);
        images.add(shaped);
      } catch (IOException e) {
        problems.add("%s: cannot be decoded: %s".formatted(labelled.file(), e.getMessage()));
      }
    }
    return images;
  }

  /** Checked as images come, before they fill the memory. */
  private void checkSize(Decoded image) throws DataException {
    Decoded first = shape == null ? image : shape;
    shape = first;
    if (image.height() != first.height() || image.width() != first.width()) {
      throw new DataException(
          "dataset.size: must be given, for example 32, as images differ in size: found %s of %d x %d and %s of %d x %d"
              .formatted(
                  first.file(),
                  first.height(),
                  first.width(),
                  image.file(),
                  image.height(),
                  image.width()));
    }
    bytes += image.rgb().length;
    if (bytes > MOST_BYTES) {
      throw new DataException(
          "dataset.size: all images together must fit into %d bytes, found more with %d x %d pixels each; give a smaller size, for example 32"
              .formatted(MOST_BYTES, first.height(), first.width()));
    }
  }

  private static Pixels pixels(List<Decoded> images, List<Labelled> files, boolean grey) {
    Decoded first = images.get(0);
    int channels = grey ? 1 : 3;
    int stride = first.height() * first.width() * channels;
    byte[] values = new byte[images.size() * stride];
    for (int i = 0; i < images.size(); i++) {
      byte[] rgb = images.get(i).rgb();
      for (int b = 0; b < stride; b++) {
        values[i * stride + b] = rgb[grey ? 3 * b : b];
      }
    }
    int[] labels = files.stream().mapToInt(Labelled::label).toArray();
    return new Pixels(first.height(), first.width(), channels, values, labels);
  }

  private void stopAtProblems() throws DataException {
    if (problems.isEmpty()) {
      return;
    }
    List<String> shown =
        new ArrayList<>(problems.subList(0, Math.min(PROBLEMS_SHOWN, problems.size())));
    if (problems.size() > shown.size()) {
      shown.add("and %d more".formatted(problems.size() - shown.size()));
    }
    throw new DataException(shown);
  }
}
