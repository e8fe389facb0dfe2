package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Runs where the environment variable ESPALIER_DATA names a folder with the real data sets. */
class RealDataTest {
  @Test
  void countsTheDigitsOfMnist() throws DataException {
    Pool pool = Idx.read("mnist", folderWith("mnist"));
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
        counts(pool.train()));
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, counts(pool.test()));
  }

  @Test
  void measuresTheKnownMeanAndDeviationOfMnist() throws DataException {
    Dataset data =
        new Dataset(SmallData.source("mnist", 0, 1), Idx.read("mnist", folderWith("mnist")));
    // The whole training set has 0.1307 and 0.3081; one image less changes no digit of it.
    assertEquals(0.1307, data.normalization().channels().get(0).mean(), 5e-5);
    assertEquals(0.3081, data.normalization().channels().get(0).deviation(), 5e-5);
  }

  @Test
  void countsTheClassesOfCifar10() throws DataException {
    Dataset data = Datasets.load(SmallData.source("cifar10", 0, 5000), folderWith(Cifar10.FOLDER));
    assertEquals(45_000, data.facts().train());
    Pool pool = Cifar10.read(folderWith(Cifar10.FOLDER), Cifar10.RECORDS);
    int[] train = new int[10];
    Arrays.fill(train, 5000);
    assertArrayEquals(train, counts(pool.train()));
    int[] test = new int[10];
    Arrays.fill(test, 1000);
    assertArrayEquals(test, counts(pool.test()));
    // Published means of the channels; images that were once JPEG-compressed come this close.
    assertEquals(0.4914, data.normalization().channels().get(0).mean(), 2e-3);
    assertEquals(0.4822, data.normalization().channels().get(1).mean(), 2e-3);
    assertEquals(0.4465, data.normalization().channels().get(2).mean(), 2e-3);
  }

  private static Path folderWith(String name) {
    String root = System.getenv("ESPALIER_DATA");
    assumeTrue(root != null && Files.isDirectory(Path.of(root, name)), "ESPALIER_DATA is not set");
    return Path.of(String.valueOf(root));
  }

  private static int[] counts(Pixels pixels) {
    int[] counts = new int[10];
    for (int label : pixels.labels()) {
      counts[label]++;
    }
    return counts;
  }
}
