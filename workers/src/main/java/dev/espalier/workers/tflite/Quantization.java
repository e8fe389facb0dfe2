package dev.espalier.workers.tflite;

import dev.espalier.workers.quantize.Affine;
import java.util.Collections;
import java.util.List;

/**
 * The meaning of a tensor's integers: {@code scale * (q - zeroPoint)}.
 *
 * @param scales a single one for the tensor, or one for each index of {@code dimension}
 * @param zeroPoint of all of them
 * @param dimension of the shape that scales belong to; 0 where there is a single scale
 */
record Quantization(List<Float> scales, int zeroPoint, int dimension) {
  Quantization {
    scales = List.copyOf(scales);
    if (scales.isEmpty()) {
      throw new IllegalArgumentException("integers must have a scale, found none");
    }
  }

  /** That of activations. */
  static Quantization of(Affine affine) {
    return new Quantization(List.of(affine.scale()), affine.zeroPoint(), 0);
  }

  /** That of weights: symmetric. */
  static Quantization symmetric(List<Float> scales, int dimension) {
    return new Quantization(scales, 0, scales.size() == 1 ? 0 : dimension);
  }

  /** A zero point for each scale, as files have them. */
  List<Integer> zeroPoints() {
    return Collections.nCopies(scales.size(), zeroPoint);
  }
}
