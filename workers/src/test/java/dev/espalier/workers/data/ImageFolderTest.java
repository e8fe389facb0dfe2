package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.data.Dataset.Split;
import dev.espalier.workers.facts.DataSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path dir;

  @Test
  void readsAThreeClassFolderEndToEnd() throws Exception {
    List<String> classes = List.of("blue", "green", "red");
    for (int label = 0; label < 3; label++) {
      int shade = 0xC0 << (8 * label);
      for (int i = 0; i < 10; i++) {
        String name = i % 2 == 0 ? i + ".png" : i + ".JPG";
        write(classes.get(label) + "/" + name, 20 + i, 30, (x, y) -> shade);
      }
    }
    Dataset data = Datasets.load(new DataSource("images", dir.toString(), 0, 6, 8), null);
    assertEquals(classes, data.classNames());
    assertEquals(
        List.of(18, 6, 6, 8, 8, 3, 3),
        List.of(
            data.facts().train(),
            data.facts().validation(),
            data.facts().test(),
            data.facts().height(),
            data.facts().width(),
            data.facts().channels(),
            data.facts().classes()));
    Batches batches = new Batches(data, SmallData.recipe(9, true, 1), 1);
    float[] images = new float[9 * 8 * 8 * 3];
    int[] labels = new int[9];
    for (int batch = 0; batch < 2; batch++) {
      batches.fill(0, batch, images, labels);
      for (int i = 0; i < 9; i++) {
        assertEquals(labels[i], 2 - brightest(images, i * 192 + 108));
      }
    }
    int[] tested = new int[3];
    for (int i = 0; i < 6; i++) {
      tested[data.label(Split.TEST, i)]++;
    }
    assertArrayEquals(new int[] {2, 2, 2}, tested);
  }

  @Test
  void keepsEveryValueOfAnImageThatFits() throws Exception {
    IntBinaryOperator colors = (x, y) -> (x * 40) << 16 | (y * 40) << 8 | (x + y) * 20;
    two("train/a", "train/b", colors);
    two("test/a", "test/b", colors);
    Pool pool = ImageFolder.read(dir, 0);
    assertEquals(4, pool.train().count());
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 6; x++) {
        int at = (y * 6 + x) * 3;
        byte[] expected = {(byte) (x * 40), (byte) (y * 40), (byte) ((x + y) * 20)};
        assertArrayEquals(expected, Arrays.copyOfRange(pool.test().values(), at, at + 3));
      }
    }
  }

  @Test
  void readsGreyImagesAsOneChannelWithoutBendingThem() throws Exception {
    BufferedImage grey = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 16; i++) {
      grey.getRaster().setSample(i % 4, i / 4, 0, 16 * i);
    }
    for (String name : List.of("a/1.png", "a/2.png", "b/1.png", "b/2.png")) {
      save(name, grey, "png");
    }
    Pool pool = ImageFolder.read(dir, 0);
    assertEquals(1, pool.train().channels());
    for (int i = 0; i < 16; i++) {
      assertEquals(16 * i, pool.train().values()[i] & 0xFF);
    }
  }

  @Test
  void laysTransparentImagesOnWhite() throws Exception {
    BufferedImage clear = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(0, 0, 0xFF102030);
    clear.setRGB(1, 0, 0x80000000);
    for (String name : List.of("a/1.png", "a/2.png", "b/1.png", "b/2.png")) {
      save(name, clear, "png");
    }
    byte[] values = ImageFolder.read(dir, 0).train().values();
    byte[] expected = {0x10, 0x20, 0x30, 127, 127, 127, -1, -1, -1, -1, -1, -1};
    assertArrayEquals(expected, Arrays.copyOf(values, 12));
  }

  @Test
  void namesEveryFileThatDoesNotDecode() throws Exception {
    two("a", "b", (x, y) -> 0);
    Path text = Files.writeString(dir.resolve("a/0.png"), "no image");
    byte[] png = Files.readAllBytes(dir.resolve("b/1.png"));
    Path torn = Files.write(dir.resolve("b/3.png"), Arrays.copyOf(png, 50));
    Path notes = Files.writeString(dir.resolve("b/notes.txt"), "notes");
    Files.writeString(dir.resolve("b/.hidden"), "left out");
    DataException e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 8));
    assertEquals(List.of(notes + ": must be a PNG or JPEG file"), e.messages());
    Files.delete(notes);
    e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 8));
    assertEquals(2, e.messages().size(), e.getMessage());
    assertEquals(text + ": cannot be decoded: it is neither PNG nor JPEG", e.messages().get(0));
    assertTrue(e.messages().get(1).startsWith(torn + ": cannot be decoded: "), e.getMessage());
  }

  @Test
  void namesAnEmptyClassFolder() throws Exception {
    two("a", "b", (x, y) -> 0);
    Path empty = Files.createDirectory(dir.resolve("c"));
    DataException e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 8));
    assertEquals(empty + ": a class folder must hold at least 2 images, found 0", e.getMessage());
  }

  @Test
  void wantsASizeForImagesThatDiffer() throws Exception {
    two("a", "b", (x, y) -> 0);
    write("b/3.png", 7, 7, (x, y) -> 0);
    DataException e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 0));
    assertTrue(
        e.getMessage().startsWith("dataset.size: must be given, for example 32"), e.getMessage());
    assertEquals(32, ImageFolder.read(dir, 32).test().width());
  }

  @Test
  void wantsTheSameClassesInTrainAndTest() throws Exception {
    two("train/a", "train/b", (x, y) -> 0);
    two("test/a", "test/c", (x, y) -> 0);
    DataException e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 0));
    assertEquals(
        dir + ": train and test must have the same class folders, found [a, b] and [a, c]",
        e.getMessage());
  }

  /** As computed by the version before colours were converted: sweeps go on with their images. */
  @Test
  void keepsTheDigestThatItAlwaysHad() throws Exception {
    Path images = Path.of("src/test/resources/dev/espalier/workers/image");
    Map<String, List<String>> classes =
        Map.of(
            "a", List.of("rgb8.png", "rgb444.jpg", "rgb420.jpg", "rgba8.png"),
            "b", List.of("palette.png", "adam7.png", "progressive.jpg", "rgb422.jpg"));
    for (Map.Entry<String, List<String>> files : classes.entrySet()) {
      Path folder = Files.createDirectories(dir.resolve(files.getKey()));
      for (String file : files.getValue()) {
        Files.copy(images.resolve(file), folder.resolve(file));
      }
    }
    assertEquals(
        "19b782fbbd6be958b008c6405247c41ed064e601e4c8f147ea444ac3807318a5",
        Datasets.load(new DataSource("images", dir.toString(), 0, 2, 8), null).facts().digest());
  }

  @Test
  void takesTheFolderValForValidation() throws Exception {
    for (String split : List.of("train", "val", "test")) {
      int shade = split.equals("val") ? 0x404040 : 0x808080;
      two(split + "/a", split + "/b", (x, y) -> shade);
    }
    Dataset data = Datasets.load(new DataSource("images", dir.toString(), 0, 3, 8), null);
    assertEquals(
        List.of(4, 3, 4),
        List.of(data.facts().train(), data.facts().validation(), data.facts().test()));
    float[] trained = new float[64];
    float[] validated = new float[64];
    for (int i = 0; i < 3; i++) {
      data.images(Split.TRAIN, i, 1, trained);
      data.images(Split.VALIDATION, i, 1, validated);
      assertTrue(trained[0] > validated[0]);
    }
    Files.delete(dir.resolve("val/a/1.png"));
    Files.delete(dir.resolve("val/a/2.png"));
    Files.delete(dir.resolve("val/a"));
    two("val/b", "val/c", (x, y) -> 0);
    DataException e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 0));
    assertEquals(
        dir + ": train and val must have the same class folders, found [a, b] and [b, c]",
        e.getMessage());
  }

  @Test
  void leavesNoFolderBesideTrainAndTestUnused() throws Exception {
    two("train/a", "train/b", (x, y) -> 0);
    two("test/a", "test/b", (x, y) -> 0);
    two("validation/a", "validation/b", (x, y) -> 0);
    DataException e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 0));
    assertEquals(
        dir
            + ": beside train and test there may only be val, found validation; rename it to val"
            + " if validation images are to be taken from it, or move it away",
        e.getMessage());
  }

  @Test
  void saysWhatToDoWithoutATestFolder() throws Exception {
    two("train/a", "train/b", (x, y) -> 0);
    two("val/a", "val/b", (x, y) -> 0);
    DataException e = assertThrows(DataException.class, () -> ImageFolder.read(dir, 0));
    assertTrue(
        e.getMessage().startsWith(dir + ": beside train and val there must be test"),
        e.getMessage());
  }

  @Test
  void saysWhereItLookedForTheFolder() {
    DataException e =
        assertThrows(
            DataException.class,
            () -> Datasets.load(new DataSource("images", "flowers", 0, 1, 0), dir));
    assertEquals(
        "dataset.path: must be a folder of class folders, found none at " + dir.resolve("flowers"),
        e.getMessage());
  }

  /** Two images of 6 x 5 pixels for each of two classes. */
  private void two(String a, String b, IntBinaryOperator colors) throws IOException {
    for (String name : List.of(a + "/1.png", a + "/2.png", b + "/1.png", b + "/2.png")) {
      write(name, 6, 5, colors);
    }
  }

  private void write(String name, int width, int height, IntBinaryOperator colors)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colors.applyAsInt(x, y));
      }
    }
    save(name, image, name.endsWith(".png") ? "png" : "jpg");
  }

  private void save(String name, BufferedImage image, String format) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    assertTrue(ImageIO.write(image, format, file.toFile()));
  }

  private static int brightest(float[] values, int pixel) {
    int best = 0;
    for (int c = 1; c < 3; c++) {
      best = values[pixel + c] > values[pixel + best] ? c : best;
    }
    return best;
  }
}
