package dev.espalier.workers.quantize;

/**
 * The meaning of 8-bit integers: an integer q stands for {@code scale * (q - zeroPoint)}, as in
 * TensorFlow Lite's quantization specification.
 *
 * @param scale greater than 0, finite
 * @param zeroPoint the integer that stands for 0, in [-128, 127]
 */
public record Affine(float scale, int zeroPoint) {
  public Affine {
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException("a scale must be finite and above 0, found " + scale);
    }
    if (zeroPoint < Byte.MIN_VALUE || zeroPoint > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a zero point must be in [-128, 127], found " + zeroPoint);
    }
  }

  /** The number that an integer stands for. */
  public float real(int quantized) {
    return scale * (quantized - zeroPoint);
  }
}
