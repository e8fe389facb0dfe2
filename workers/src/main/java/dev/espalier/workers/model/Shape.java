package dev.espalier.workers.model;

/** What a layer gives for one image: [height, width, channels]; a vector is [1, 1, channels]. */
public record Shape(int height, int width, int channels) {
  public Shape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "a shape must have at least 1 pixel and 1 channel, found "
              + text(height, width, channels));
    }
  }

  /** Height times width. */
  public int pixels() {
    return Math.multiplyExact(height, width);
  }

  /** Values of one image. */
  public int size() {
    return Math.multiplyExact(pixels(), channels);
  }

  /**
   * Values of images of this shape, or of kernels that read them, each [channels, height, width],
   * as [height, width, channels].
   */
  public float[] channelsLast(float[] values) {
    float[] moved = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int inImage = i % size();
      moved[i - inImage + inImage % pixels() * channels + inImage / pixels()] = values[i];
    }
    return moved;
  }

  /** The inverse of {@link #channelsLast}. */
  public float[] channelsFirst(float[] values) {
    float[] moved = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int inImage = i % size();
      moved[i - inImage + inImage % channels * pixels() + inImage / channels] = values[i];
    }
    return moved;
  }

  /**
   * Makes sure that there are values of so many images of this shape.
   *
   * @throws IllegalArgumentException if there are not, or {@code count} is below 1
   */
  public void requireImages(float[] values, int count) {
    if (count < 1 || values.length != count * size()) {
      throw new IllegalArgumentException(
          "%d images of %s have %d values, found %d"
              .formatted(count, this, (long) count * size(), values.length));
    }
  }

  static void require(String layer, String what, int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          layer + ": must read " + expected + " " + what + ", found " + found);
    }
  }

  /** What a square kernel gives that slides over this, zero padding on each side. */
  Shape strided(String layer, int kernel, int stride, int padding, int newChannels) {
    int least = kernel - 2 * padding;
    if (height < least || width < least) {
      throw new IllegalArgumentException(
          layer
              + ": must read images of at least "
              + least
              + "x"
              + least
              + " pixels, found "
              + height
              + "x"
              + width);
    }
    return new Shape(
        (height + 2 * padding - kernel) / stride + 1,
        (width + 2 * padding - kernel) / stride + 1,
        newChannels);
  }

  /** As in {@code 32x32x3}. */
  @Override
  public String toString() {
    return text(height, width, channels);
  }

  private static String text(int height, int width, int channels) {
    return height + "x" + width + "x" + channels;
  }
}
