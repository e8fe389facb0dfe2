package dev.espalier.workers.filter;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How many of n channels are kept at a sparsity: always at least one. */
public enum FilterRounding {
  /** floor(n (1 - sparsity)), in decimals. */
  FLOOR_KEEP,
  /**
   * The same in double precision, as Torch-Pruning computes it: 127 of 1280 at 0.9, where decimals
   * keep 128.
   */
  FLOOR_KEEP_DOUBLE;

  /** The word in configs. */
  public String word() {
    return this == FLOOR_KEEP ? "floor-keep" : "floor-keep-double";
  }

  /** What canonical texts say. */
  public String canonical() {
    return this == FLOOR_KEEP ? "floor keep" : "floor keep in doubles";
  }

  /**
   * How many are kept.
   *
   * @param channels at least 1
   * @param sparsity in [0, 1)
   */
  public int keep(int channels, BigDecimal sparsity) {
    int kept =
        switch (this) {
          case FLOOR_KEEP ->
              BigDecimal.ONE
                  .subtract(sparsity)
                  .multiply(BigDecimal.valueOf(channels))
                  .setScale(0, RoundingMode.FLOOR)
                  .intValueExact();
          case FLOOR_KEEP_DOUBLE -> (int) (channels * (1 - sparsity.doubleValue()));
        };
    return Math.max(1, kept);
  }
}
