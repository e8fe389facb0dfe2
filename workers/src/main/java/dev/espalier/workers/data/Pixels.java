package dev.espalier.workers.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Images of one shape with their labels: unsigned bytes, [count, height, width, channels]. Who
 * holds it holds its arrays; nobody writes to them once it is built.
 */
final class Pixels {
  private final int height;
  private final int width;
  private final int channels;
  private final byte[] values;
  private final int[] labels;

  Pixels(int height, int width, int channels, byte[] values, int[] labels) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.values = values;
    this.labels = labels;
    if ((long) labels.length * height * width * channels != values.length) {
      throw new IllegalArgumentException(
          "%d images of %d x %d x %d bytes need other than the %d bytes found"
              .formatted(labels.length, height, width, channels, values.length));
    }
  }

  int count() {
    return labels.length;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  int channels() {
    return channels;
  }

  byte[] values() {
    return values;
  }

  int[] labels() {
    return labels;
  }

  /** Bytes of one image. */
  int stride() {
    return height * width * channels;
  }

  boolean hasShapeOf(Pixels other) {
    return height == other.height && width == other.width && channels == other.channels;
  }

  /** Shape, labels and values, each number as four bytes from the highest. */
  void digestInto(MessageDigest digest) {
    ByteBuffer numbers = ByteBuffer.allocate(4 * (4 + labels.length));
    numbers.putInt(labels.length).putInt(height).putInt(width).putInt(channels);
    numbers.asIntBuffer().put(labels);
    digest.update(numbers.array());
    digest.update(values);
  }
}
