package dev.espalier.workers.model;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How a width multiplier turns a layer's channels into whole ones, in exact decimals. */
final class Width {
  private static final BigDecimal EIGHT = BigDecimal.valueOf(8);

  private Width() {}

  /** {@code width} times {@code channels}, half up. */
  static int round(BigDecimal width, int channels, String layer) {
    int scaled =
        width.multiply(BigDecimal.valueOf(channels)).setScale(0, RoundingMode.HALF_UP).intValue();
    if (scaled < 1) {
      throw new IllegalArgumentException(
          "model.width: must leave every layer at least 1 channel, found "
              + width.toPlainString()
              + ", which leaves none of the "
              + channels
              + " of "
              + layer);
    }
    return scaled;
  }

  /**
   * The nearest multiple of 8, at least 8 and never less than nine tenths of what was asked for:
   * {@code _make_divisible} of torchvision.
   */
  static int divisible(BigDecimal width, int channels) {
    BigDecimal wanted = width.multiply(BigDecimal.valueOf(channels));
    int nearest =
        8 * wanted.add(BigDecimal.valueOf(4)).divideToIntegralValue(EIGHT).intValueExact();
    int rounded = Math.max(8, nearest);
    boolean tooFew =
        BigDecimal.valueOf(rounded).compareTo(wanted.multiply(new BigDecimal("0.9"))) < 0;
    return tooFew ? rounded + 8 : rounded;
  }
}
