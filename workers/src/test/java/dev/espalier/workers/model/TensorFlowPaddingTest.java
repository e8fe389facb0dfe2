package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TensorFlowPaddingTest {
  @Test
  void isSameAndValidIfTheSquaresAreTheSame() {
    SplittableRandom random = new SplittableRandom(1);
    int same = 0;
    int valid = 0;
    for (int round = 0; round < 20000; round++) {
      int size = random.nextInt(1, 6);
      int stride = random.nextInt(1, 4);
      Shape image = new Shape(random.nextInt(size, 12), random.nextInt(size, 12), 1);
      Padding padding = padding(random);
      List<List<Integer>> squares = squares(padding, image, size, stride);
      boolean isSame =
          squares.equals(squares(tensorFlows(image, size, stride), image, size, stride));
      boolean isValid = squares.equals(squares(Padding.NONE, image, size, stride));
      String of = padding + " " + image + " size " + size + " stride " + stride;
      assertEquals(isSame, TensorFlowPadding.isSame(padding, image, size, stride), of);
      assertEquals(isValid, TensorFlowPadding.isValid(padding, image, size, stride), of);
      same += isSame ? 1 : 0;
      valid += isValid ? 1 : 0;
    }
    assertTrue(same > 500 && valid > 500, same + " " + valid);
  }

  @Test
  void paddingByHalfAnOddKernelIsSameUnlessStridesSkipPixels() {
    Padding one = new Padding(1, 1, 1, 1);
    Shape even = new Shape(8, 8, 1);
    assertTrue(TensorFlowPadding.isSame(one, even, 3, 1));
    assertFalse(TensorFlowPadding.isSame(one, even, 3, 2));
    assertTrue(TensorFlowPadding.isSame(one, new Shape(7, 7, 1), 3, 2));
    assertTrue(TensorFlowPadding.isSame(new Padding(0, 1, 0, 1), even, 3, 2));
  }

  /** By TensorFlow's documentation of tf.nn: the smaller half of the zeros in front. */
  private static Padding tensorFlows(Shape image, int size, int stride) {
    int rows = zeros(image.height(), size, stride);
    int columns = zeros(image.width(), size, stride);
    return new Padding(rows / 2, (rows + 1) / 2, columns / 2, (columns + 1) / 2);
  }

  private static int zeros(int pixels, int size, int stride) {
    return Math.max(pixels % stride == 0 ? size - stride : size - pixels % stride, 0);
  }

  /** The corner of every square that lies in the padded image, in pixels of the image. */
  private static List<List<Integer>> squares(Padding padding, Shape image, int size, int stride) {
    List<List<Integer>> corners = new ArrayList<>();
    int bottom = image.height() + padding.bottom();
    int right = image.width() + padding.right();
    for (int y = -padding.top(); y + size <= bottom; y += stride) {
      for (int x = -padding.left(); x + size <= right; x += stride) {
        corners.add(List.of(y, x));
      }
    }
    return corners;
  }

  /** Mostly small. */
  private static Padding padding(SplittableRandom random) {
    int most = random.nextInt(1, 4);
    return new Padding(
        random.nextInt(most), random.nextInt(most), random.nextInt(most), random.nextInt(most));
  }
}
