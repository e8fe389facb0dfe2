package dev.espalier.sweep.study;

import dev.espalier.sweep.pareto.Interval;

/**
 * What is to be said of a difference that a study stated, beside the measured one.
 *
 * @param stated the study's, of one seed
 * @param measured with its 95 % interval
 */
record Verdict(double stated, Interval measured) {

  String text() {
    boolean chance = isChance(measured);
    if (measured.low() <= stated && stated <= measured.high()) {
      return chance ? "both within chance" : "agrees";
    }
    if (chance) {
      return "here no more than chance";
    }
    if (Math.signum(stated) != Math.signum(measured.mean())) {
      return "the other way round";
    }
    return Math.abs(measured.mean()) < Math.abs(stated)
        ? "the same way, less"
        : "the same way, more";
  }

  /** What is to be said of a measured difference beside which nothing is stated. */
  static String ofChance(Interval measured) {
    return isChance(measured) ? "no more than chance" : "more than chance";
  }

  private static boolean isChance(Interval measured) {
    return measured.low() <= 0 && measured.high() >= 0;
  }
}
