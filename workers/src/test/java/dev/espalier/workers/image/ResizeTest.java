package dev.espalier.workers.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResizeTest {
  @Test
  void leavesAnImageOfThatSizeAsItIs() {
    byte[] image = image(9, 9);
    assertArrayEquals(image, Resize.toSquare(image, 9, 9, 3, 9));
  }

  @Test
  void keepsAFlatColour() {
    int[][] shapes = {{7, 13, 5}, {2, 200_000, 8}, {200_000, 2, 8}, {1, Resize.MOST_SIDE, 512}};
    for (int[] shape : shapes) {
      for (int value : new int[] {1, 201, 255}) {
        byte[] image = new byte[shape[0] * shape[1] * 3];
        Arrays.fill(image, (byte) value);
        byte[] expected = new byte[shape[2] * shape[2] * 3];
        Arrays.fill(expected, (byte) value);
        assertArrayEquals(
            expected, Resize.toSquare(image, shape[0], shape[1], 3, shape[2]), shape[1] + " wide");
      }
    }
  }

  @Test
  void refusesASideWhoseSumsItCannotHold() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Resize.toSquare(new byte[3 * 2_000_000], 2_000_000, 1, 3, 512));
    assertEquals(
        "an image must have at most 1048576 pixels a side, found 2000000 x 1", e.getMessage());
  }

  @Test
  void doublesAStepBilinearly() {
    byte[] step = {0, (byte) 200, 0, (byte) 200};
    byte[] row = {0, 50, (byte) 150, (byte) 200};
    byte[] doubled = Resize.toSquare(step, 2, 2, 1, 4);
    for (int y = 0; y < 4; y++) {
      assertArrayEquals(row, Arrays.copyOfRange(doubled, 4 * y, 4 * y + 4));
    }
  }

  /** What earlier versions made of images that they could resize: data sets keep their ids. */
  @Test
  void makesThePixelsThatItAlwaysMade() throws Exception {
    Object[][] golden = {
      {20, 31, 8, "0096c1f26b5aa3581757fc4d58b23a8ab5301cbea16b36a0f8df4021111c7fe3"},
      {5, 4, 12, "7f5984600da6ae758a41391709844101b99b6533d4edef8c4345ed5e6e01df49"},
      {64, 3, 16, "4968d1c5bbe215503e1a67ebc873db8ee2d3ee5877995bcfb27c1bcc164ee008"},
      {33, 32, 32, "b8ac9296027c8045b2ef752853e0f4741a5f10d585c6c5856b5c53988940a130"},
      {480, 640, 64, "f187c2e7f7dbe1faf594c3e7a2cddefa8346c1a3d0b635c38d1bf0ea8889b9be"},
      {1, 1, 8, "bb10eca772d33e2b7678429567c97b5fb5a4e6b09aad3615a557c1f8149b65e2"},
      {300, 1, 512, "ebb52163bc2c874fd98b4d0639ca1a3bea4e3161ecc6335c806476c22c2ce90c"},
    };
    for (Object[] row : golden) {
      int height = (Integer) row[0];
      int width = (Integer) row[1];
      byte[] image = new byte[height * width * 3];
      for (int i = 0; i < image.length; i++) {
        image[i] = (byte) (i * i * 31 + i * 7);
      }
      byte[] found = Resize.toSquare(image, height, width, 3, (Integer) row[2]);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(found);
      assertEquals(row[3], HexFormat.of().formatHex(digest), height + " x " + width);
    }
  }

  /** Whole numbers of any length, and every pixel of the source looked at for every target. */
  @Test
  void agreesWithTrianglesInExactArithmetic() {
    int[][] shapes = {{20, 31, 8}, {5, 4, 12}, {64, 3, 16}, {33, 32, 32}, {2, 120_000, 8}};
    for (int[] shape : shapes) {
      byte[] image = image(shape[0], shape[1]);
      byte[] found = Resize.toSquare(image, shape[0], shape[1], 3, shape[2]);
      int step = shape[1] > 1_000 ? 37 : Math.max(1, found.length / 100);
      for (int i = 0; i < found.length; i += step) {
        assertEquals(exact(image, shape[0], shape[1], shape[2], i), found[i] & 0xFF, "at " + i);
      }
    }
  }

  /** Rows keep eight bits more until the columns are done; halves are rounded up. */
  private static int exact(byte[] image, int height, int width, int size, int target) {
    int across = target / 3 % size;
    BigInteger sum = BigInteger.ZERO;
    BigInteger whole = BigInteger.ZERO;
    for (int y = 0; y < height; y++) {
      BigInteger down = triangle(y, target / 3 / size, height, size);
      if (down.signum() > 0) {
        BigInteger row = BigInteger.ZERO;
        BigInteger rowWhole = BigInteger.ZERO;
        for (int x = 0; x < width; x++) {
          BigInteger weight = triangle(x, across, width, size);
          int value = image[(y * width + x) * 3 + target % 3] & 0xFF;
          row = row.add(weight.multiply(BigInteger.valueOf(value)));
          rowWhole = rowWhole.add(weight);
        }
        sum = sum.add(down.multiply(rounded(row.shiftLeft(8), rowWhole)));
        whole = whole.add(down);
      }
    }
    return rounded(sum, whole.shiftLeft(8)).intValueExact();
  }

  private static BigInteger rounded(BigInteger sum, BigInteger whole) {
    return sum.add(whole.shiftRight(1)).divide(whole);
  }

  /** In units of 1 / (2 x toSize) source pixels. */
  private static BigInteger triangle(int from, int to, int fromSize, int toSize) {
    BigInteger place = BigInteger.valueOf(2L * from + 1).multiply(BigInteger.valueOf(toSize));
    BigInteger centre = BigInteger.valueOf(2L * to + 1).multiply(BigInteger.valueOf(fromSize));
    BigInteger reach = BigInteger.valueOf(2L * Math.max(fromSize, toSize));
    return reach.subtract(place.subtract(centre).abs()).max(BigInteger.ZERO);
  }

  private static byte[] image(int height, int width) {
    byte[] image = new byte[height * width * 3];
    new SplittableRandom(height).nextBytes(image);
    return image;
  }
}
