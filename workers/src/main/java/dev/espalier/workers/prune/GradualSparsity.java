package dev.espalier.workers.prune;

import dev.espalier.workers.facts.Schedule;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A sparsity that rises while a network is trained, by a polynomial (Zhu and Gupta, arXiv
 * 1710.01878).
 *
 * <p>Of N steps, counted from 0, the masks are updated before each step {@code t} that is a
 * multiple of {@code frequency} and less than {@code end} x N; the first is step 0, and the last of
 * them is {@code T}. The sparsity before step {@code t} is
 *
 * <pre>to + (from - to) x (1 - t / T)^power</pre>
 *
 * rounded half up to six decimals and at most {@code to}. At {@code T}, and where {@code T} is 0,
 * it is exactly {@code to}, whatever the remainder of N by {@code frequency}.
 *
 * @param from the sparsity at step 0, in [0, 1)
 * @param to the sparsity at the last update, in (0, 1), above {@code from}
 * @param power in (0, 10]
 * @param frequency steps from one update to the next, at least 1; null: a tenth of an epoch, which
 *     is rounded half up and at least 1
 * @param end fraction of the steps after which the masks stay, in (0, 1]
 */
public record GradualSparsity(
    BigDecimal from, BigDecimal to, BigDecimal power, @Nullable Integer frequency, BigDecimal end)
    implements Serializable {
  private static final int DECIMALS = 6;

  public GradualSparsity {
    if (from.signum() < 0 || from.compareTo(to) >= 0 || to.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException(
          "a gradual sparsity must rise within [0, 1), found " + from + " to " + to);
    }
    requirePositive("power", power, BigDecimal.TEN);
    requirePositive("end", end, BigDecimal.ONE);
    if (frequency != null && frequency < 1) {
      throw new IllegalArgumentException("frequency: must be at least 1 step, found " + frequency);
    }
    from = plain(from);
    to = plain(to);
    power = plain(power);
    end = plain(end);
  }

  private static void requirePositive(String name, BigDecimal value, BigDecimal most) {
    if (value.signum() <= 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + ": must be in (0, " + most.toPlainString() + "], found " + value);
    }
  }

  /** Equal numbers as equal objects. */
  private static BigDecimal plain(BigDecimal number) {
    return new BigDecimal(Schedule.plain(number));
  }

  /**
   * The sparsity to which the masks are updated before a step; null if they are not updated.
   *
   * @param step from 0
   * @param steps of the whole training, at least 1
   * @param perEpoch steps of an epoch, at least 1
   */
  public @Nullable BigDecimal before(long step, long steps, int perEpoch) {
    int every = frequency == null ? Math.max(1, (perEpoch + 5) / 10) : frequency;
    long ended =
        end.multiply(BigDecimal.valueOf(steps)).setScale(0, RoundingMode.CEILING).longValueExact();
    long last = (ended - 1) / every * every;
    if (step > last || step % every != 0) {
      return null;
    }
    if (step == last) {
      return to;
    }
    double left = StrictMath.pow(1 - step / (double) last, power.doubleValue());
    double sparsity = to.doubleValue() + from.subtract(to).doubleValue() * left;
    return new BigDecimal(sparsity).setScale(DECIMALS, RoundingMode.HALF_UP).min(to);
  }
}
