package dev.espalier.workers.inference;

import dev.espalier.workers.model.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Pooling of images of integers less their zero point, one image after the other. */
final class IntegerPool {
  private final Shape from;
  private final Shape to;
  private final float[] image;
  private final float[] pooled;

  IntegerPool(Shape from, Shape to) {
    this.from = from;
    this.to = to;
    image = new float[from.size()];
    pooled = new float[to.size()];
  }

  /**
   * Writes the greatest of each square of {@code size} pixels.
   *
   * @param imagesStart where the images start
   * @param start where the results do
   */
  void max(FloatBuffer memory, int imagesStart, int start, int count, int size) {
    int row = from.width() * from.channels();
    for (int i = 0; i < count; i++) {
      memory.get(imagesStart + i * image.length, image);
      for (int at = 0; at < pooled.length; at++) {
        int channel = at % to.channels();
        int x = at / to.channels() % to.width() * size;
        int y = at / to.channels() / to.width() * size;
        int corner = y * row + x * from.channels() + channel;
        pooled[at] = greatest(corner, row, size);
      }
      memory.put(start + i * pooled.length, pooled);
    }
  }

  private float greatest(int corner, int row, int size) {
    float greatest = image[corner];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        greatest = Math.max(greatest, image[corner + i * row + j * from.channels()]);
      }
    }
    return greatest;
  }

  /**
   * Writes the mean of all pixels: that of the integers themselves, rounded half away from 0.
   *
   * @param imagesStart where the images start
   * @param start where the results do
   */
  void average(FloatBuffer memory, int imagesStart, int start, int count, int zeroPoint) {
    int pixels = from.pixels();
    int[] sums = new int[from.channels()];
    for (int i = 0; i < count; i++) {
      memory.get(imagesStart + i * image.length, image);
      Arrays.fill(sums, pixels * zeroPoint);
      for (int at = 0; at < image.length; at += sums.length) {
        for (int c = 0; c < sums.length; c++) {
          sums[c] += (int) image[at + c];
        }
      }
      for (int c = 0; c < sums.length; c++) {
        int half = sums[c] > 0 ? pixels / 2 : -(pixels / 2);
        pooled[c] = (sums[c] + half) / pixels - zeroPoint;
      }
      memory.put(start + i * pooled.length, pooled);
    }
  }
}
