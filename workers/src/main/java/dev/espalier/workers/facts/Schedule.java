package dev.espalier.workers.facts;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The learning rate by absolute epoch. Epochs are counted from 0 and may be fractional: step {@code
 * i} of {@code n} in the third epoch is {@code 2 + i / n}. During the first {@code warmUp} epochs
 * the rate rises linearly from 0.
 */
public sealed interface Schedule extends Serializable {

  /** The rate at its highest, in (0, 10]. */
  BigDecimal initial();

  /** Epochs over which the rate rises linearly from 0; 0 for none. */
  int warmUp();

  /** The rate after warm-up, as if there were none. */
  double rate(double epoch, int horizon);

  /** Whether the rate depends on the last epoch: then runs of different length share no epochs. */
  boolean hasHorizon();

  String canonical();

  /**
   * The learning rate at {@code epoch}.
   *
   * @param epoch absolute, at least 0
   * @param horizon the epoch at which training ends; matters only where {@link #hasHorizon}
   */
  default double at(double epoch, int horizon) {
    double rise = epoch < warmUp() ? epoch / warmUp() : 1.0;
    return rise * rate(epoch, horizon);
  }

  /** The same rate throughout. */
  record Constant(BigDecimal initial, int warmUp) implements Schedule {
    public Constant {
      check(initial, warmUp);
    }

    @Override
    public double rate(double epoch, int horizon) {
      return initial.doubleValue();
    }

    @Override
    public boolean hasHorizon() {
      return false;
    }

    @Override
    public String canonical() {
      return "constant " + plain(initial) + " warm-up " + warmUp;
    }
  }

  /** Multiplied by {@code factor} at each of the epochs {@code at}, which rise. */
  record Steps(BigDecimal initial, List<Integer> at, BigDecimal factor, int warmUp)
      implements Schedule {
    public Steps {
      check(initial, warmUp);
      at = List.copyOf(at);
      for (int i = 0; i < at.size(); i++) {
        if (at.get(i) < 1 || (i > 0 && at.get(i) <= at.get(i - 1))) {
          throw new IllegalArgumentException(
              "epochs of a step schedule must rise from at least 1, found " + at);
        }
      }
      if (factor.signum() <= 0 || factor.compareTo(BigDecimal.ONE) >= 0) {
        throw new IllegalArgumentException(
            "the factor of a step schedule must be in (0, 1), found " + factor);
      }
    }

    @Override
    public double rate(double epoch, int horizon) {
      int passed = (int) at.stream().filter(step -> epoch >= step).count();
      return initial.doubleValue() * StrictMath.pow(factor.doubleValue(), passed);
    }

    @Override
    public boolean hasHorizon() {
      return false;
    }

    @Override
    public String canonical() {
      String epochs = at.stream().map(String::valueOf).collect(Collectors.joining(","));
      return "steps "
          + plain(initial)
          + " at "
          + epochs
          + " factor "
          + plain(factor)
          + " warm-up "
          + warmUp;
    }
  }

  /**
   * Half a cosine from {@code initial} after the warm-up down to 0 at the horizon, without restarts
   * (SGDR, arXiv 1608.03983).
   */
  record Cosine(BigDecimal initial, int warmUp) implements Schedule {
    public Cosine {
      check(initial, warmUp);
    }

    @Override
    public double rate(double epoch, int horizon) {
      if (horizon <= warmUp) {
        return initial.doubleValue();
      }
      double part = Math.min(1.0, Math.max(0.0, (epoch - warmUp) / (horizon - warmUp)));
      return initial.doubleValue() * 0.5 * (1.0 + StrictMath.cos(Math.PI * part));
    }

    @Override
    public boolean hasHorizon() {
      return true;
    }

    @Override
    public String canonical() {
      return "cosine " + plain(initial) + " warm-up " + warmUp;
    }
  }

  /**
   * The last epochs of an earlier training, gone through again: learning-rate rewinding (Renda,
   * Frankle, Carbin, arXiv 2003.02389). Epoch {@code e} of {@code n} has the rate that epoch {@code
   * epochs - n + e} had there.
   *
   * @param of the schedule of the earlier training
   * @param epochs of the earlier training, at least 1; the most that may be gone through
   */
  record Rewound(Schedule of, int epochs) implements Schedule {
    public Rewound {
      if (epochs < 1) {
        throw new IllegalArgumentException(
            "a rewound training must have at least 1 epoch, found " + epochs);
      }
    }

    @Override
    public BigDecimal initial() {
      return of.initial();
    }

    /** None of its own: epochs of the earlier training's warm-up have their rates of then. */
    @Override
    public int warmUp() {
      return 0;
    }

    @Override
    public double rate(double epoch, int horizon) {
      if (horizon > epochs) {
        throw new IllegalArgumentException(
            "a rewound training must have at most " + epochs + " epochs, found " + horizon);
      }
      return of.at(epochs - horizon + epoch, epochs);
    }

    @Override
    public boolean hasHorizon() {
      return true;
    }

    @Override
    public String canonical() {
      return "rewind of " + of.canonical() + " horizon " + epochs;
    }
  }

  private static void check(BigDecimal initial, int warmUp) {
    if (initial.signum() <= 0 || initial.compareTo(BigDecimal.TEN) > 0) {
      throw new IllegalArgumentException("a learning rate must be in (0, 10], found " + initial);
    }
    if (warmUp < 0) {
      throw new IllegalArgumentException("warm-up must be at least 0 epochs, found " + warmUp);
    }
  }

  /** A decimal number as its shortest plain text, so that 0.50 and 5e-1 are the same: 0.5. */
  static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
