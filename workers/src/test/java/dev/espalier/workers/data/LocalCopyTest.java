package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCopyTest {
  private static final DataSource MNIST = SmallData.source("mnist", 0, 5);
  private static final String TRAIN = "train-images-idx3-ubyte";

  @TempDir private Path dir = Path.of("");
  private Path there = Path.of("");
  private Path cache = Path.of("");

  @BeforeEach
  void fillTheFolder() throws IOException {
    there = Files.createDirectories(dir.resolve("there"));
    cache = dir.resolve("cache");
    Path raw = Files.createDirectories(there.resolve("mnist/raw"));
    Files.write(raw.resolve(TRAIN), new byte[] {1, 2, 3});
    Files.write(raw.resolve("train-labels-idx1-ubyte.gz"), new byte[] {4});
    Files.write(raw.resolve("readme.txt"), new byte[] {5});
    Files.write(there.resolve("data_batch_1.bin"), new byte[] {6});
    Files.createDirectories(there.resolve("unrelated/deeper"));
  }

  @Test
  void fetchesTheFilesOfTheDataSetAndNoOthers() throws Exception {
    Path copy = copy(MNIST).refresh();
    assertTrue(copy.startsWith(cache));
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(copy.resolve("mnist/raw/" + TRAIN)));
    assertTrue(Files.exists(copy.resolve("mnist/raw/train-labels-idx1-ubyte.gz")));
    assertFalse(Files.exists(copy.resolve("mnist/raw/readme.txt")));
    assertFalse(Files.exists(copy.resolve("unrelated")));
  }

  @Test
  void fetchesAFolderOfImagesWhole() throws Exception {
    Files.createDirectories(there.resolve("photos/cats/wild"));
    Files.write(there.resolve("photos/cats/wild/one image.png"), new byte[] {7});
    Path copy = copy(new DataSource("images", "photos", 0, 1, 0)).refresh();
    assertTrue(Files.exists(copy.resolve("photos/cats/wild/one image.png")));
    assertFalse(Files.exists(copy.resolve("mnist")));
  }

  @Test
  void fetchesOnceUnlessTheFileChangedThereOrHere() throws Exception {
    Path file = copy(MNIST).refresh().resolve("mnist/raw/" + TRAIN);
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(file, longAgo);
    copy(MNIST).refresh();
    assertEquals(longAgo, Files.getLastModifiedTime(file), "not fetched again");

    Files.write(file, new byte[] {1, 2, 4});
    copy(MNIST).refresh();
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file), "damaged here");

    Files.write(there.resolve("mnist/raw/" + TRAIN), new byte[] {8, 9});
    copy(MNIST).refresh();
    assertArrayEquals(new byte[] {8, 9}, Files.readAllBytes(file), "changed there");

    Files.delete(there.resolve("mnist/raw/" + TRAIN));
    copy(MNIST).refresh();
    assertFalse(Files.exists(file), "gone there");
  }

  @Test
  void aListWithoutAnEndIsRefused() throws Exception {
    Path list = copy(MNIST).refresh().resolve(".fetched");
    try (RandomAccessFile file = new RandomAccessFile(list.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    String message = "" + assertThrows(IOException.class, copy(MNIST)::refresh).getMessage();
    assertTrue(message.startsWith(list + ": must have at most "), message);
  }

  @Test
  void aCopyThatWasCutOffIsFetchedAgain() throws Exception {
    Path copy = copy(MNIST).refresh();
    Files.delete(copy.resolve(".fetched"));
    Files.write(copy.resolve("mnist/raw/" + TRAIN), new byte[] {1});
    copy(MNIST).refresh();
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(copy.resolve("mnist/raw/" + TRAIN)));
  }

  @Test
  void aFolderWithoutTheDataSetIsSaid() {
    DataException e =
        assertThrows(
            DataException.class, () -> copy(SmallData.source("fashion-mnist", 0, 5)).refresh());
    assertEquals(
        there
            + ": must hold the files of fashion-mnist, found none; copy the folder there that holds"
            + " them, or fetch them with `espalier data fashion-mnist --to DIR`",
        e.getMessage());
  }

  @Test
  void otherAddressesHaveOtherCopies() {
    Storage other = Storages.of(dir.resolve("other"));
    assertNotEquals(copy(MNIST).to(), LocalCopy.below(cache, MNIST, other).to());
  }

  private LocalCopy copy(DataSource source) {
    return LocalCopy.below(cache, source, Storages.of(there));
  }
}
