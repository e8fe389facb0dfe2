package dev.espalier.workers.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All images are one picture of 12 x 10 pixels, written by ImageMagick 6.9.11 in the depth, colour
 * model, subsampling or interlace that the name says ({@code convert picture.ppm -strip -colorspace
 * Gray -depth 4 -define png:color-type=0 grey4.png} and so on; {@code marker-*.jpg} are {@code
 * rgb444.jpg} with other markers or component numbers). Profiles and gamma chunks were put in
 * behind the header: {@code adobe} has the primaries of Adobe RGB (1998) and the exponent 2.2,
 * {@code p3} those of Display P3 and a parametric curve, {@code wide} a curve of 64 points, {@code
 * srgb} one of 1,024, {@code grey18} the exponent 1.8.
 */
class DecodedTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/dev/espalier/workers/image").toAbsolutePath();

  @TempDir private Path dir;

  /** File and SHA-256 of the pixels, by the version before colour was converted. */
  static Stream<String[]> golden() throws IOException {
    return Files.readAllLines(FOLDER.resolve("golden.txt")).stream().map(line -> line.split(" "));
  }

  /**
   * File and pixels by {@code convert FILE -intent relative -profile srgb.icc -background white
   * -alpha remove -alpha off -depth 8 rgb:-}.
   */
  static Stream<String[]> imageMagick() throws IOException {
    return Files.readAllLines(FOLDER.resolve("imagemagick.txt")).stream()
        .map(line -> line.split(" "));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void makesThePixelsThatItAlwaysMade(String file, String sha256) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(Decoded.read(FOLDER.resolve(file)).rgb());
    assertEquals(sha256, HexFormat.of().formatHex(digest));
  }

  @ParameterizedTest
  @MethodSource("imageMagick")
  void agreesWithImageMagick(String file, String hex) throws IOException {
    byte[] expected = HexFormat.of().parseHex(hex);
    byte[] found = Decoded.read(FOLDER.resolve(file)).rgb();
    assertEquals(expected.length, found.length);
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i] & 0xFF, found[i] & 0xFF, 1, "value " + i);
    }
  }

  @Test
  void everyImageIsInOneOfTheLists() throws IOException {
    List<String> listed = imageMagick().map(line -> line[0]).toList();
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<String> others =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.endsWith(".txt") && !listed.contains(name))
              .sorted()
              .toList();
      assertEquals(
          List.of(
              "cmyk.jpg",
              "rgb444-profile-grey.jpg",
              "rgb8-profile-grey.png",
              "rgb8-profile-lab.png"),
          others);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cmyk.jpg | its colours must be grey or RGB, found the four inks of print (CMYK); convert it to sRGB, for example with `magick FILE -colorspace sRGB NEW`",
        "rgb444-profile-grey.jpg | its colour profile must be RGB as its pixels are, found GRAY",
        "rgb8-profile-grey.png | its colour profile is for grey, and its pixels are not",
        "rgb8-profile-lab.png | its colour profile must be RGB or grey, of tone curves and a matrix; found Lab of tables",
      })
  void refusesColoursThatItCannotConvert(String file, String message) {
    assertEquals(message, refusal(FOLDER.resolve(file)));
  }

  @Test
  void keepsGreyGreyInEveryProfile() throws IOException {
    byte[] png = bytes("rgb8-profile-adobe.png");
    Container adobe = Png.read(png);
    for (int value = 0; value < 256; value++) {
      int[] pixel = {value, value, value, 255};
      adobe.color().apply(pixel, 8);
      assertEquals(pixel[0], pixel[1]);
      assertEquals(pixel[0], pixel[2]);
      assertEquals(pixel[0], adobe.color().grey(value, 8));
    }
  }

  /**
   * The sides of the picture on which the first row and the first column of the file lie: 6 is what
   * a phone writes that is held upright.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void turnsPicturesUpright(int orientation) throws IOException {
    Decoded stored = Decoded.read(FOLDER.resolve("rgb444.jpg"));
    Decoded upright = Decoded.read(write("x.jpg", oriented(orientation)));
    boolean swapped = orientation > 4;
    assertEquals(swapped ? 10 : 12, upright.width());
    assertEquals(swapped ? 12 : 10, upright.height());
    for (int y = 0; y < upright.height(); y++) {
      for (int x = 0; x < upright.width(); x++) {
        int right = swapped ? y : x;
        int down = swapped ? x : y;
        boolean mirrored = List.of(2, 3, 7, 8).contains(orientation);
        boolean upsideDown = List.of(3, 4, 6, 7).contains(orientation);
        int column = mirrored ? 11 - right : right;
        int row = upsideDown ? 9 - down : down;
        assertArrayEquals(pixel(stored, row, column), pixel(upright, y, x), x + ", " + y);
      }
    }
  }

  @Test
  void turnsPngPicturesToo() throws IOException {
    byte[] png = bytes("rgb8.png");
    byte[] exif = HexFormat.of().parseHex("49492a0008000000010012010300010000000600000000000000");
    Decoded upright = Decoded.read(write("x.png", PngFiles.with(png, "eXIf", exif)));
    Decoded stored = Decoded.read(FOLDER.resolve("rgb8.png"));
    assertEquals(10, upright.width());
    assertArrayEquals(pixel(stored, 9, 0), pixel(upright, 0, 0));
    assertArrayEquals(pixel(stored, 0, 0), pixel(upright, 0, 9));
  }

  @Test
  void leavesAPictureWhoseExifIsTornAsItIs() throws IOException {
    byte[] whole = oriented(6);
    byte[] exif = Arrays.copyOfRange(whole, 30, 30 + 26);
    for (int length = 0; length < exif.length - 4; length++) {
      assertEquals(Orientation.TOP_LEFT, Orientation.ofExif(Arrays.copyOf(exif, length)));
    }
    assertEquals(Orientation.RIGHT_TOP, Orientation.ofExif(exif));
  }

  /** A reader's warnings are errors: what follows the damage is made up. */
  @ParameterizedTest
  @ValueSource(strings = {"rgb444.jpg", "progressive.jpg", "grey.jpg", "rgb8.png", "palette.png"})
  void refusesEveryTruncation(String file) throws IOException {
    byte[] whole = bytes(file);
    for (int length = 8; length < whole.length; length += 7) {
      Path cut = write(file, Arrays.copyOf(whole, length));
      assertTrue(refusal(cut).startsWith("it is damaged: "), refusal(cut));
    }
    byte[] last = Arrays.copyOf(whole, whole.length - 2);
    assertTrue(refusal(write(file, last)).startsWith("it is damaged: "));
  }

  @Test
  void refusesAPngWithAnyBitFlipped() throws IOException {
    byte[] whole = bytes("rgb8.png");
    for (int bit = 0; bit < 8 * whole.length; bit += 11) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Path file = write("x.png", flipped);
      assertThrows(IOException.class, () -> Decoded.read(file), "bit " + bit);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gif", "bmp", "tiff"})
  void refusesOtherFormatsUnderTheseNames(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), format, out));
    assertEquals("it is neither PNG nor JPEG", refusal(write("x.png", out.toByteArray())));
  }

  @Test
  void refusesAHugePictureBeforeItIsDecoded() throws IOException {
    byte[] header = Arrays.copyOfRange(bytes("rgb8.png"), 16, 29);
    Arrays.fill(header, 0, 4, (byte) 0x10);
    byte[] png = PngFiles.withHeader(bytes("rgb8.png"), header);
    String refusal = refusal(write("x.png", png));
    assertTrue(refusal.matches("it must have at most \\d+ pixels, found 2694881440"), refusal);
    header[0] = 0;
    header[4] = header[5] = header[6] = 0;
    header[7] = 1;
    png = PngFiles.withHeader(bytes("rgb8.png"), header);
    assertEquals(
        "it must have at most 1048576 pixels a side, found 1052688", refusal(write("x.png", png)));
  }

  @Test
  void passesOverTextsWithoutUnpackingThem() throws IOException {
    byte[] bomb = PngFiles.deflated(new byte[50_000_000]);
    byte[] text = new byte[3 + bomb.length];
    text[0] = 'a';
    System.arraycopy(bomb, 0, text, 3, bomb.length);
    for (String type : List.of("zTXt", "tEXt", "iTXt")) {
      byte[] png = PngFiles.with(bytes("palette.png"), type, text);
      assertArrayEquals(
          Decoded.read(FOLDER.resolve("palette.png")).rgb(),
          Decoded.read(write("x.png", png)).rgb());
    }
    byte[] png = PngFiles.with(bytes("rgb8.png"), "iCCP", text);
    assertEquals(
        "its colour profile is damaged, or has more than 16777216 bytes",
        refusal(write("x.png", png)));
  }

  @Test
  void readsGreyAsGrey() throws IOException {
    assertTrue(Decoded.read(FOLDER.resolve("grey-profile-adobe.jpg")).isGrey());
    assertFalse(Decoded.read(FOLDER.resolve("rgb8.png")).isGrey());
  }

  private static String refusal(Path file) {
    return String.valueOf(
        assertThrows(IOException.class, () -> Decoded.read(file), file.toString()).getMessage());
  }

  private static byte[] pixel(Decoded image, int y, int x) {
    int at = (y * image.width() + x) * 3;
    return Arrays.copyOfRange(image.rgb(), at, at + 3);
  }

  /** rgb444.jpg with a segment of Exif behind its first one. */
  private static byte[] oriented(int orientation) throws IOException {
    byte[] jpeg = bytes("rgb444.jpg");
    String exif =
        "ffe10022457869660000" + "4d4d002a00000008" + "000101120003000000010006000000000000";
    byte[] segment = HexFormat.of().parseHex(exif);
    segment[29] = (byte) orientation;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 20);
    out.writeBytes(segment);
    out.write(jpeg, 20, jpeg.length - 20);
    return out.toByteArray();
  }

  private static byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(FOLDER.resolve(file));
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(dir.resolve(name), content);
  }
}
