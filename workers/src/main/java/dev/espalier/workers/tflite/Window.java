package dev.espalier.workers.tflite;

import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.TensorFlowPadding;

/** How a square slides over an image. */
record Window(int size, int stride, Padding padding) {

  /** With so many pixels of padding on each side. */
  static Window of(int size, int stride, int padding) {
    return new Window(size, stride, new Padding(padding, padding, padding, padding));
  }

  /** The same over an image that is padded beforehand. */
  Window behind(Padding before) {
    return new Window(size, stride, padding.plus(before));
  }

  /** Whether TensorFlow Lite's padding SAME puts the square on the same pixels. */
  boolean isSame(Shape image) {
    return TensorFlowPadding.isSame(padding, image, size, stride);
  }

  /** Whether the square lies on the same pixels without padding. */
  boolean isValid(Shape image) {
    return TensorFlowPadding.isValid(padding, image, size, stride);
  }
}
