package dev.espalier.workers.model;

/**
 * Pixels put around an image.
 *
 * @param top rows, at least 0
 * @param bottom rows, at least 0
 * @param left columns, at least 0
 * @param right columns, at least 0
 */
public record Padding(int top, int bottom, int left, int right) {
  public static final Padding NONE = new Padding(0, 0, 0, 0);

  public Padding {
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new IllegalArgumentException(
          "a padding must be at least 0 on each side, found " + text(top, bottom, left, right));
    }
  }

  /**
   * What Deeplearning4j and TensorFlow call SAME: windows give the pixels of the image divided by
   * the stride, rounded up, and an odd pixel is put behind.
   */
  public static Padding same(Shape image, int size, int stride) {
    int rows = same(image.height(), size, stride);
    int columns = same(image.width(), size, stride);
    return new Padding(rows / 2, rows - rows / 2, columns / 2, columns - columns / 2);
  }

  /** Both sides together. */
  private static int same(int pixels, int size, int stride) {
    int steps = (pixels + stride - 1) / stride;
    return Math.max(0, (steps - 1) * stride + size - pixels);
  }

  /** The image with its padding. */
  public Shape around(Shape image) {
    return new Shape(
        Math.addExact(image.height(), Math.addExact(top, bottom)),
        Math.addExact(image.width(), Math.addExact(left, right)),
        image.channels());
  }

  /** Both, one around the other. */
  public Padding plus(Padding other) {
    return new Padding(
        Math.addExact(top, other.top),
        Math.addExact(bottom, other.bottom),
        Math.addExact(left, other.left),
        Math.addExact(right, other.right));
  }

  /** As in {@code top 0 bottom 1 left 0 right 1}. */
  @Override
  public String toString() {
    return text(top, bottom, left, right);
  }

  private static String text(int top, int bottom, int left, int right) {
    return "top " + top + " bottom " + bottom + " left " + left + " right " + right;
  }
}
