package dev.espalier.workers.tflite;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a graph.
 *
 * @param name for people who look at the file; it need not be unique, and may be empty
 * @param shape images are [1, height, width, channels], vectors [1, channels]
 * @param quantization of integers, null for floats and for sizes of padding
 * @param data the bytes of a constant, little endian; null where an operator computes the tensor;
 *     not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and large
record GraphTensor(
    String name,
    ElementType type,
    List<Integer> shape,
    @Nullable Quantization quantization,
    byte @Nullable [] data) {
  GraphTensor {
    shape = List.copyOf(shape);
    if (data != null && data.length != bytes(type, shape)) {
      throw new IllegalArgumentException(
          "%s: %s of %s takes %d bytes, found %d"
              .formatted(name, type, shape, bytes(type, shape), data.length));
    }
  }

  /** A tensor that an operator computes, or the caller fills. */
  static GraphTensor computed(
      String name, ElementType type, List<Integer> shape, @Nullable Quantization quantization) {
    return new GraphTensor(name, type, shape, quantization, null);
  }

  /** Bytes of all values. */
  int bytes() {
    return bytes(type, shape);
  }

  private static int bytes(ElementType type, List<Integer> shape) {
    return shape.stream().reduce(type.bytes(), Math::multiplyExact);
  }
}
