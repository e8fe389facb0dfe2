package dev.espalier.workers.inference;

import dev.espalier.workers.int8.Clamp;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.SumScaling;
import dev.espalier.workers.quantize.Affine;
import java.nio.FloatBuffer;

/** The sum of two tensors of integers, by a table of all 65,536 pairs. */
final class SumTable {
  private static final int INTEGERS = 256;
  private static final int TILE = 1024;

  private final byte[] sums = new byte[INTEGERS * INTEGERS];
  private final int zeroPoint;

  /** Where the pair of the zero points stands. */
  private final int origin;

  private final float[] left = new float[TILE];
  private final float[] right = new float[TILE];

  SumTable(IntegerOp.Add op, Affine left, Affine right) {
    SumScaling scaling = SumScaling.of(op, left, right);
    Clamp clamp = Clamp.of(op.activation(), op.affine());
    zeroPoint = op.affine().zeroPoint();
    origin = (left.zeroPoint() - Byte.MIN_VALUE) * INTEGERS + right.zeroPoint() - Byte.MIN_VALUE;
    for (int i = 0; i < sums.length; i++) {
      int a = i / INTEGERS + Byte.MIN_VALUE - left.zeroPoint();
      int b = i % INTEGERS + Byte.MIN_VALUE - right.zeroPoint();
      sums[i] = clamp.of(scaling.sum(a, b) + zeroPoint);
    }
  }

  /**
   * Writes the sum; all three are integers less their zero points.
   *
   * @param leftStart where the left summand starts
   * @param rightStart where the right one does
   * @param to where the sum starts
   */
  void apply(FloatBuffer memory, int leftStart, int rightStart, int to, int length) {
    for (int at = 0; at < length; at += TILE) {
      int count = Math.min(TILE, length - at);
      memory.get(leftStart + at, left, 0, count);
      memory.get(rightStart + at, right, 0, count);
      for (int i = 0; i < count; i++) {
        left[i] = sums[origin + ((int) left[i]) * INTEGERS + (int) right[i]] - zeroPoint;
      }
      memory.put(to + at, left, 0, count);
    }
  }
}
