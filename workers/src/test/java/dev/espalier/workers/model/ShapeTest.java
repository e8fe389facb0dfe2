package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void putsChannelsFirstAndLast() {
    Shape image = new Shape(2, 2, 3);
    float[] last = {0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32};
    float[] first = {0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32};
    assertArrayEquals(first, image.channelsFirst(last));
    assertArrayEquals(last, image.channelsLast(first));
  }

  @Test
  void movesEveryOneOfSeveralImagesByItself() {
    Shape image = new Shape(1, 2, 2);
    float[] last = {0, 1, 10, 11, 5, 6, 15, 16};
    float[] first = {0, 10, 1, 11, 5, 15, 6, 16};
    assertArrayEquals(first, image.channelsFirst(last));
    assertArrayEquals(last, image.channelsLast(first));
  }
}
