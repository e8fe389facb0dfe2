package dev.espalier.workers.quantize;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * A histogram of activations, from which the range of their integers is derived. Negative and
 * positive values have 4,096 bins each, up to the power of two above the greatest magnitude; when a
 * greater one occurs, bins are joined in pairs. So the width of a bin is at most 1/2048 of the
 * greatest magnitude, or 2^-138, and the result does not depend on the order of the values.
 */
public final class ActivationHistogram {
  private static final int BIN_BITS = 12;
  private static final int BINS = 1 << BIN_BITS;

  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private final long[] negative = new long[BINS];
  private final long[] positive = new long[BINS];

  /** All magnitudes are below two to this power. */
  private int exponent = Float.MIN_EXPONENT;

  private long count;
  private float least = Float.POSITIVE_INFINITY;
  private float greatest = Float.NEGATIVE_INFINITY;

  /** Two ends of a range, in order. */
  public record Range(float low, float high) {}

  /**
   * Counts values.
   *
   * @throws IllegalArgumentException if one is NaN or infinite; then none of the values is counted
   */
  public void add(float[] values) {
    float low = least;
    float high = greatest;
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "[" + i + "]: an activation must be finite, found " + values[i]);
      }
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    if (values.length == 0) {
      return;
    }
    least = low;
    greatest = high;
    widen(Math.getExponent(Math.max(-low, high)) + 1);
    count += values.length;
    double binsPerUnit = Math.scalb(1.0, BIN_BITS - exponent);
    for (float value : values) {
      // A product with a power of two is exact in double precision.
      int bin = (int) (Math.abs(value) * binsPerUnit);
      (value < 0 ? negative : positive)[bin]++;
    }
  }

  /** How many values were counted. */
  public long count() {
    return count;
  }

  /**
   * The range that excludes at most (100 - percentile) / 2 percent of the values below it and as
   * many above it. Each end is the end of a bin: at most one bin outside the narrowest range with
   * this property, and never outside the values. 100 gives the least and the greatest value.
   *
   * @param percentile in (50, 100]
   * @throws IllegalStateException if no value was counted
   */
  public Range range(BigDecimal percentile) {
    if (percentile.compareTo(new BigDecimal(50)) <= 0 || percentile.compareTo(HUNDRED) > 0) {
      throw new IllegalArgumentException(
          "a percentile must be in (50, 100], found " + percentile.toPlainString());
    }
    if (count == 0) {
      throw new IllegalStateException("no activation was counted");
    }
    long outside =
        HUNDRED
            .subtract(percentile)
            .multiply(BigDecimal.valueOf(count))
            .divide(new BigDecimal(200), 0, RoundingMode.FLOOR)
            .longValueExact();
    double low = -end(negative, positive, outside);
    double high = end(positive, negative, outside);
    return new Range((float) Math.max(low, least), (float) Math.min(high, greatest));
  }

  /**
   * The outer end of the bin in which so many values and one more are reached from outside. It is
   * positive or 0 on the first side, else on the other side and negative or 0.
   */
  private double end(long[] side, long[] other, long outside) {
    double width = Math.scalb(1.0, exponent - BIN_BITS);
    long left = outside;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      left -= side[bin];
      if (left < 0) {
        return (bin + 1) * width;
      }
    }
    for (int bin = 0; bin < BINS; bin++) {
      left -= other[bin];
      if (left < 0) {
        return -bin * width;
      }
    }
    throw new IllegalStateException("fewer values than were counted");
  }

  /** Makes room for magnitudes below two to the power of {@code needed}. */
  private void widen(int needed) {
    for (int e = exponent; e < needed && count > 0; e++) {
      join(negative);
      join(positive);
    }
    exponent = Math.max(exponent, needed);
  }

  private static void join(long[] bins) {
    for (int i = 0; i < BINS / 2; i++) {
      bins[i] = bins[2 * i] + bins[2 * i + 1];
    }
    Arrays.fill(bins, BINS / 2, BINS, 0);
  }
}
