package dev.espalier.workers.int8;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.quantize.Affine;

/**
 * The integers that an activation lets through ({@code CalculateActivationRangeQuantized} of
 * kernel_util.cc in TensorFlow Lite).
 *
 * @param low in [-128, 127]
 * @param high in [low, 127]
 */
public record Clamp(int low, int high) {
  private static final float SIX = 6;

  /** The integers of an activation, given what they stand for. */
  public static Clamp of(Activation activation, Affine affine) {
    int low = activation == Activation.IDENTITY ? Byte.MIN_VALUE : affine.zeroPoint();
    if (activation != Activation.RELU6) {
      return new Clamp(low, Byte.MAX_VALUE);
    }
    long six = affine.zeroPoint() + Math.round((double) (SIX / affine.scale()));
    return new Clamp(low, (int) Math.min(six, Byte.MAX_VALUE));
  }

  /** The nearest integer that is let through. */
  public byte of(int value) {
    return (byte) Math.max(low, Math.min(high, value));
  }
}
