package dev.espalier.workers.quantize;

/**
 * The numbers that 8-bit integers stand for: the integer q stands for {@code scale * (q -
 * zeroPoint)}, as in TensorFlow Lite's quantization specification.
 *
 * @param scale greater than 0, finite
 * @param zeroPoint the integer that stands for 0, in [-128, 127]
 */
public record Affine(float scale, int zeroPoint) {
  /**
   * The least scale of a range. TensorFlow Lite Micro's softmax refuses logits with a smaller scale
   * ({@code PreprocessSoftmaxScaling} in quantization_util.cc: scale times 2^26 is above 1).
   */
  public static final float LEAST_SCALE = 0x1p-25f;

  private static final int STEPS = 255;

  public Affine {
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException("a scale must be finite and above 0, found " + scale);
    }
    if (zeroPoint < Byte.MIN_VALUE || zeroPoint > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("a zero point must be in [-128, 127], found " + zeroPoint);
    }
  }

  /**
   * The integers of a range, which is widened to contain 0. Its ends stand for -128 and 127 up to
   * the rounding of the zero point, so that 0 is exact. A range of only 0, as for a layer that is
   * never active, counts as [0, 1]; scales below {@link #LEAST_SCALE} are raised to it.
   *
   * @throws IllegalArgumentException if {@code low <= high} does not hold or one is infinite
   */
  public static Affine of(float low, float high) {
    if (!(low <= high) || Float.isInfinite(low) || Float.isInfinite(high)) {
      throw new IllegalArgumentException(
          "a range must have finite ends in order, found [" + low + ", " + high + "]");
    }
    double from = Math.min(low, 0);
    double to = Math.max(high, 0);
    if (from == to) {
      to = 1;
    }
    float scale = Math.max((float) ((to - from) / STEPS), LEAST_SCALE);
    long zeroPoint = Math.round(Byte.MIN_VALUE - from / scale);
    return new Affine(scale, (int) Math.min(zeroPoint, Byte.MAX_VALUE));
  }

  /** The number that an integer stands for. */
  public float real(int quantized) {
    return scale * (quantized - zeroPoint);
  }
}
