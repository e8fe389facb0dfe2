package dev.espalier.workers.int8;

import dev.espalier.workers.quantize.Affine;

/**
 * How a sum brings its two inputs to one scale, twice the greater of theirs, and the sum to that of
 * the output ({@code CalculateOpDataAdd} of add_common.cc in TensorFlow Lite Micro, {@code
 * AddElementwise} of add.h).
 *
 * @param left of the left input, moved to the left by {@link #LEFT_SHIFT} bits
 * @param right of the right input, likewise
 * @param output of the sum of both
 */
public record SumScaling(Requantization left, Requantization right, Requantization output) {
  /** By how many bits inputs are moved to the left, for precision. */
  public static final int LEFT_SHIFT = 20;

  /**
   * The scaling of a sum.
   *
   * @throws IllegalArgumentException if the output's scale is below 2^-19 of the greater input's:
   *     TensorFlow Lite refuses such a sum
   */
  public static SumScaling of(IntegerOp.Add op, Affine left, Affine right) {
    double twice = 2.0 * Math.max(left.scale(), right.scale());
    double output = twice / Math.scalb((double) op.affine().scale(), LEFT_SHIFT);
    if (!(output < 1)) {
      throw new IllegalArgumentException(
          "%s: the scale of a sum must be above 2^-19 of its inputs' %s, found %s"
              .formatted(op.name(), (float) (twice / 2), op.affine().scale()));
    }
    return new SumScaling(
        Requantization.of(left.scale() / twice),
        Requantization.of(right.scale() / twice),
        Requantization.of(output));
  }

  /** The sum of two integers, each less its zero point, without the output's zero point. */
  public int sum(int a, int b) {
    int scaled = left.halvesAway(a << LEFT_SHIFT) + right.halvesAway(b << LEFT_SHIFT);
    return output.halvesAway(scaled);
  }
}
