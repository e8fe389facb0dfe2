package dev.espalier.workers.inference;

import dev.espalier.workers.int8.Clamp;
import dev.espalier.workers.quantize.Affine;

/**
 * The integers that a tensor can have.
 *
 * @param affine what they stand for
 * @param clamp where they end; the zero point lies within
 */
record IntegerRange(Affine affine, Clamp clamp) {
  /** The least, less the zero point. */
  int low() {
    return clamp.low() - affine.zeroPoint();
  }

  /** The greatest, less the zero point. */
  int high() {
    return clamp.high() - affine.zeroPoint();
  }
}
