package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaddingTest {
  /** The least padding that gives a window for each stride, the smaller half of it in front. */
  @Test
  void sameGivesAWindowForEachStrideAndNoPixelMoreThanThat() {
    for (int pixels = 1; pixels <= 12; pixels++) {
      for (int size = 1; size <= 5; size++) {
        for (int stride = 1; stride <= 4; stride++) {
          Padding padding = Padding.same(new Shape(pixels, 3, 1), size, stride);
          int windows = (pixels + stride - 1) / stride;
          int least = 0;
          while ((pixels + least - size) / stride + 1 < windows || pixels + least < size) {
            least++;
          }
          assertEquals(least, padding.top() + padding.bottom());
          assertTrue(padding.bottom() - padding.top() <= 1 && padding.bottom() >= padding.top());
        }
      }
    }
    assertEquals(new Padding(0, 1, 1, 1), Padding.same(new Shape(8, 7, 3), 3, 2));
  }

  @Test
  void aPoolingPadsLessThanItsWindow() {
    Shape image = new Shape(4, 5, 2);
    Pool pool = new Pool("p", "input", Pool.Function.AVERAGE, 3, 2, new Padding(2, 0, 1, 2));
    assertEquals(new Shape(2, 3, 2), pool.output(List.of(image)));
    Padding wide = new Padding(0, 0, 0, 3);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Pool("p", "input", Pool.Function.MAX, 3, 2, wide));
    assertEquals(
        "p: must have a padding below its size of 3, found top 0 bottom 0 left 0 right 3",
        e.getMessage());
  }
}
