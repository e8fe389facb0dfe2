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

  /** As in {@code 32x32x3}. */
  @Override
  public String toString() {
    return text(height, width, channels);
  }

  private static String text(int height, int width, int channels) {
    return height + "x" + width + "x" + channels;
  }
}
