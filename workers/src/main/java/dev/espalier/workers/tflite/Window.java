package dev.espalier.workers.tflite;

/**
 * How a square kernel slides over an image.
 *
 * @param padding pixels of zeros on each side
 */
record Window(int kernel, int stride, int padding) {

  /** Whether TensorFlow Lite's padding SAME puts the kernel on the same pixels. */
  boolean isSame(int height, int width) {
    return isSame(height) && isSame(width);
  }

  /** SAME puts the smaller half of its zeros in front. */
  private boolean isSame(int size) {
    int outputs = (size + stride - 1) / stride;
    int zeros = Math.max((outputs - 1) * stride + kernel - size, 0);
    return (size + 2 * padding - kernel) / stride + 1 == outputs && zeros / 2 == padding;
  }
}
