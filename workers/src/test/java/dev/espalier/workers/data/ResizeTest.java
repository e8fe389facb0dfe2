package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResizeTest {
  @Test
  void leavesAnImageOfThatSizeAsItIs() {
    byte[] image = SmallData.pixels(1, 9, 9, 3, 2, 1).values();
    assertArrayEquals(image, Resize.toSquare(image, 9, 9, 3, 9));
  }

  @Test
  void keepsAFlatColour() {
    byte[] image = new byte[7 * 13 * 3];
    Arrays.fill(image, (byte) 201);
    byte[] expected = new byte[5 * 5 * 3];
    Arrays.fill(expected, (byte) 201);
    assertArrayEquals(expected, Resize.toSquare(image, 7, 13, 3, 5));
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

  @Test
  void agreesWithTrianglesInRealNumbers() {
    for (int[] shape : new int[][] {{20, 31, 8}, {5, 4, 12}, {64, 3, 16}, {33, 32, 32}}) {
      byte[] image = SmallData.pixels(1, shape[0], shape[1], 3, 2, shape[0]).values();
      byte[] found = Resize.toSquare(image, shape[0], shape[1], 3, shape[2]);
      for (int i = 0; i < found.length; i++) {
        double expected = real(image, shape[0], shape[1], shape[2], i);
        assertEquals(expected, found[i] & 0xFF, 0.51);
      }
    }
  }

  private static double real(byte[] image, int height, int width, int size, int target) {
    double sum = 0;
    double whole = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double weight =
            triangle(y, target / 3 / size, height, size)
                * triangle(x, target / 3 % size, width, size);
        whole += weight;
        sum += weight * (image[(y * width + x) * 3 + target % 3] & 0xFF);
      }
    }
    return sum / whole;
  }

  private static double triangle(int from, int to, int fromSize, int toSize) {
    double step = (double) fromSize / toSize;
    double distance = Math.abs(from + 0.5 - (to + 0.5) * step);
    return Math.max(0, 1 - distance / Math.max(1, step));
  }
}
