package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.image.Resize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static final Pixels TRAIN = SmallData.pixels(30, 28, 28, 1, 10, 1);
  private static final Pixels TEST = SmallData.pixels(10, 28, 28, 1, 10, 2);

  @TempDir Path dir;

  @Test
  void readsWhatWasWritten() throws Exception {
    write(dir, false);
    Pool pool = Idx.read("mnist", dir);
    assertArrayEquals(TRAIN.values(), pool.train().values());
    assertArrayEquals(TRAIN.labels(), pool.train().labels());
    assertArrayEquals(TEST.values(), pool.test().values());
    assertArrayEquals(TEST.labels(), pool.test().labels());
  }

  @Test
  void givesPackedAndPlainFilesOneDigest() throws Exception {
    Path plain = Files.createDirectory(dir.resolve("plain"));
    Path packed = Files.createDirectory(dir.resolve("packed"));
    write(plain, false);
    write(packed, true);
    assertEquals(
        Datasets.load(SmallData.source("mnist", 0, 5), plain).facts(),
        Datasets.load(SmallData.source("mnist", 0, 5), packed).facts());
  }

  @Test
  void becomesSquaresOfThreeEqualChannels() throws Exception {
    write(dir, false);
    Dataset grey = Datasets.load(new DataSource("mnist", null, 0, 5, 0), dir);
    Dataset colored = Datasets.load(new DataSource("mnist", null, 0, 5, 32, 3), dir);
    DataFacts facts = colored.facts();
    assertEquals(List.of(32, 32, 3), List.of(facts.height(), facts.width(), facts.channels()));
    assertEquals(grey.facts().test(), facts.test());
    assertNotEquals(grey.facts().digest(), facts.digest(), "other pixels are other data");
    for (Dataset.Split split : Dataset.Split.values()) {
      for (int i = 0; i < grey.size(split); i++) {
        byte[] square = Resize.toSquare(grey.bytes(split, i, 1), 28, 28, 1, 32);
        byte[] found = colored.bytes(split, i, 1);
        for (int at = 0; at < found.length; at++) {
          assertEquals(square[at / 3], found[at]);
        }
        assertEquals(grey.label(split, i), colored.label(split, i));
      }
    }
    // What is so already stays the same data.
    DataSource same = new DataSource("mnist", null, 0, 5, 28);
    assertEquals(grey.facts(), Datasets.load(same, dir).facts());
  }

  @Test
  void looksWhereDownloadsPutThem() throws Exception {
    for (String place : new String[] {"mnist", "raw", "mnist/raw", "MNIST/raw"}) {
      Path root = dir.resolve("root of " + place.replace('/', ' '));
      write(Files.createDirectories(root.resolve(place)), true);
      assertEquals(30, Idx.read("mnist", root).train().count());
    }
  }

  @Test
  void prefersTheFolderOfItsOwnName() throws Exception {
    write(dir, false);
    Path own = Files.createDirectory(dir.resolve("fashion-mnist"));
    write(own, false);
    Files.delete(own.resolve("t10k-images-idx3-ubyte"));
    DataException e = assertThrows(DataException.class, () -> Idx.read("fashion-mnist", dir));
    assertTrue(e.getMessage().startsWith(own.toString()), e.getMessage());
  }

  @Test
  void namesEveryMissingFile() {
    DataException e = assertThrows(DataException.class, () -> Idx.read("mnist", dir));
    assertEquals(4, e.messages().size());
    assertEquals(
        dir.resolve("train-images-idx3-ubyte")
            + ": must exist, with or without .gz, found no such file; give the folder that"
            + " holds mnist with --data DIR, or fetch them with `espalier data mnist --to DIR`",
        e.messages().get(0));
  }

  @Test
  void refusesATruncatedFile() throws Exception {
    write(dir, false);
    Path file = dir.resolve("train-images-idx3-ubyte");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 1000));
    assertDamaged(file + ": must have 23536 bytes, found 1000 bytes;");
    Files.write(file, new byte[3]);
    assertDamaged(file + ": must have a header of 16 bytes, found 3 bytes;");
  }

  @Test
  void refusesATruncatedGzipFile() throws Exception {
    write(dir, true);
    Path file = dir.resolve("train-images-idx3-ubyte.gz");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 2000));
    assertDamaged(file + ": must have 23536 bytes, found ");
  }

  @Test
  void refusesWhatIsNoGzipFile() throws Exception {
    write(dir, true);
    Path file = dir.resolve("train-labels-idx1-ubyte.gz");
    Files.writeString(file, "<html>not found</html>");
    assertDamaged(file + ": cannot be read: Not in GZIP format;");
  }

  @Test
  void refusesAFileThatIsTooLong() throws Exception {
    write(dir, false);
    Path file = dir.resolve("t10k-labels-idx1-ubyte");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 19));
    assertDamaged(file + ": must have 18 bytes, found more;");
  }

  @Test
  void refusesAnotherKindOfFile() throws Exception {
    write(dir, false);
    Path file = dir.resolve("train-images-idx3-ubyte");
    Files.write(file, Files.readAllBytes(dir.resolve("train-labels-idx1-ubyte")));
    assertDamaged(file + ": must have magic number 0x00000803, found 0x00000801;");
  }

  @Test
  void refusesAHeaderThatClaimsAllMemory() throws Exception {
    write(dir, false);
    Path file = dir.resolve("train-images-idx3-ubyte");
    Files.write(file, SmallData.idx(0x0803, new int[] {1 << 20, 1 << 20, 1 << 20}, new byte[9]));
    assertDamaged(file + ": must have a header of sizes from 1, of at most ");
    Files.write(file, SmallData.idx(0x0803, new int[] {(1 << 30) + 1, 1, 1}, new byte[9]));
    assertDamaged(file + ": must have a header of sizes from 1, of at most ");
  }

  @Test
  void refusesLabelsThatDoNotMatch() throws Exception {
    write(dir, false);
    Path file = dir.resolve("train-labels-idx1-ubyte");
    Files.write(file, SmallData.idx(0x0801, new int[] {29}, new byte[29]));
    assertDamaged(
        file + ": must have 30 labels, one for each image in train-images-idx3-ubyte, found 29;");
    byte[] labels = new byte[30];
    labels[4] = 77;
    Files.write(file, SmallData.idx(0x0801, new int[] {30}, labels));
    assertDamaged(
        file + ": must have in byte 12, the label of image 4, a number in [0, 9], found 77;");
  }

  private void assertDamaged(String start) {
    DataException e = assertThrows(DataException.class, () -> Idx.read("mnist", dir));
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertTrue(e.getMessage().endsWith("`espalier data mnist --to DIR`"), e.getMessage());
  }

  private static void write(Path folder, boolean packed) throws IOException {
    write(folder, "train", TRAIN, packed);
    write(folder, "t10k", TEST, packed);
  }

  private static void write(Path folder, String part, Pixels pixels, boolean packed)
      throws IOException {
    byte[] labels = new byte[pixels.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) pixels.labels()[i];
    }
    int[] sizes = {pixels.count(), pixels.height(), pixels.width()};
    write(
        folder.resolve(part + "-images-idx3-ubyte"),
        SmallData.idx(0x0803, sizes, pixels.values()),
        packed);
    write(
        folder.resolve(part + "-labels-idx1-ubyte"),
        SmallData.idx(0x0801, new int[] {labels.length}, labels),
        packed);
  }

  private static void write(Path file, byte[] content, boolean packed) throws IOException {
    if (!packed) {
      Files.write(file, content);
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    Files.write(file.resolveSibling(file.getFileName() + ".gz"), bytes.toByteArray());
  }
}
