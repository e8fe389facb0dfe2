package dev.espalier.workers.data;

import dev.espalier.workers.storage.Bounded;
import dev.espalier.workers.storage.FileTrouble;
import dev.espalier.workers.storage.TooLongException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CIFAR-10 in its official binary layout (Krizhevsky: Learning Multiple Layers of Features from
 * Tiny Images, 2009): records of one label byte, then 1,024 red, 1,024 green and 1,024 blue bytes,
 * row by row. Pixels are turned to [height, width, channels].
 */
final class Cifar10 {
  /** Records of each of the six official files. */
  static final int RECORDS = 10_000;

  static final String FOLDER = "cifar-10-batches-bin";

  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int PLANE = SIDE * SIDE;
  private static final int RECORD = 1 + CHANNELS * PLANE;
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
  private static final List<String> TRAIN =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin");
  private static final String TEST = "test_batch.bin";

  private Cifar10() {}

  /**
   * @param dir holds the files, or a folder {@code cifar-10-batches-bin} with them
   * @param records of each file
   */
  static Pool read(Path dir, int records) throws DataException {
    Path inner = dir.resolve(FOLDER);
    Path folder = Files.isDirectory(inner) ? inner : dir;
    List<String> problems = problems(folder, records);
    if (!problems.isEmpty()) {
      throw new DataException(problems);
    }
    return new Pool(
        pixels(folder, TRAIN, records), pixels(folder, List.of(TEST), records), CLASSES, false);
  }

  /** Where the files may lie, below the folder that {@link #read} takes. */
  static List<String> folders() {
    return List.of(FOLDER, "");
  }

  /** Whether all files lie in {@code folder} at full length. */
  static boolean isIn(Path folder) {
    return problems(folder, RECORDS).isEmpty();
  }

  private static List<String> problems(Path folder, int records) {
    List<String> problems = new ArrayList<>();
    List<String> names = new ArrayList<>(TRAIN);
    names.add(TEST);
    if (names.stream().noneMatch(name -> Files.exists(folder.resolve(name)))) {
      return List.of(
          "%s: must hold %s, each of %d bytes, found none of them; give the folder that holds %s with --data DIR, %s"
              .formatted(
                  folder,
                  String.join(", ", names),
                  (long) records * RECORD,
                  FOLDER,
                  DataException.howToGet("cifar10")));
    }
    for (String name : names) {
      Path file = folder.resolve(name);
      long expected = (long) records * RECORD;
      if (!Files.isRegularFile(file)) {
        problems.add(problem(file, expected, "no such file"));
      } else if (length(file) != expected) {
        problems.add(problem(file, expected, "%d bytes".formatted(length(file))));
      }
    }
    return problems;
  }

  private static String problem(Path file, long expected, String found) {
    return "%s: must be a file of %d bytes, found %s; give the folder that holds %s with --data DIR, %s"
        .formatted(file, expected, found, FOLDER, DataException.howToGet("cifar10"));
  }

  /** -1 for a file that cannot be asked, which is no length that any file should have. */
  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1;
    }
  }

  private static Pixels pixels(Path folder, List<String> names, int records) throws DataException {
    byte[] values = new byte[names.size() * records * CHANNELS * PLANE];
    int[] labels = new int[names.size() * records];
    List<String> problems = new ArrayList<>();
    for (int f = 0; f < names.size(); f++) {
      Path file = folder.resolve(names.get(f));
      problems.addAll(unpack(file, bytes(file, records), f * records, values, labels));
    }
    if (!problems.isEmpty()) {
      throw new DataException(problems);
    }
    return new Pixels(SIDE, SIDE, CHANNELS, values, labels);
  }

  private static byte[] bytes(Path file, int records) throws DataException {
    try {
      byte[] bytes = Bounded.read(file, records * RECORD);
      if (bytes.length != records * RECORD) {
        throw new DataException(
            problem(file, (long) records * RECORD, "%d bytes".formatted(bytes.length)));
      }
      return bytes;
    } catch (TooLongException e) {
      throw new DataException(problem(file, (long) records * RECORD, "more"));
    } catch (IOException e) {
      throw new DataException("%s: cannot be read: %s".formatted(file, FileTrouble.reason(e)));
    }
  }

  /** Returns the first wrong label, if there is one. */
  private static List<String> unpack(
      Path file, byte[] bytes, int first, byte[] values, int[] labels) {
    for (int r = 0; r < bytes.length / RECORD; r++) {
      int from = r * RECORD;
      int label = bytes[from] & 0xFF;
      if (label >= CLASSES.size()) {
        return List.of(
            "%s: byte %d, the label of record %d: must be in [0, %d], found %d; the file is damaged: replace it, %s"
                .formatted(
                    file, from, r, CLASSES.size() - 1, label, DataException.howToGet("cifar10")));
      }
      labels[first + r] = label;
      int to = (first + r) * CHANNELS * PLANE;
      for (int c = 0; c < CHANNELS; c++) {
        for (int p = 0; p < PLANE; p++) {
          values[to + p * CHANNELS + c] = bytes[from + 1 + c * PLANE + p];
        }
      }
    }
    return List.of();
  }
}
