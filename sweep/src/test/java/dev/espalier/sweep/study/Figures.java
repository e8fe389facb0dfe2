package dev.espalier.sweep.study;

import dev.espalier.sweep.pareto.Interval;
import java.util.Locale;

/** Numbers as the page shows them. */
final class Figures {
  private Figures() {}

  /** A fraction of four places with its interval: {@code 0.9891 ± 0.0012}. */
  static String fraction(Interval interval) {
    return spread("%.4f ± %.4f", interval);
  }

  /** A difference with its interval: {@code +0.0010 ± 0.0012}. */
  static String difference(Interval interval) {
    return spread("%+.4f ± %.4f", interval);
  }

  /** A multiple with its interval: {@code 0.85 ± 0.02}. */
  static String multiple(Interval interval) {
    return spread("%.2f ± %.2f", interval);
  }

  private static String spread(String format, Interval interval) {
    return String.format(Locale.ROOT, format, interval.mean(), interval.halfWidth());
  }

  /** {@code 421,642}. */
  static String count(double count) {
    return String.format(Locale.ROOT, "%,.0f", count);
  }

  static String text(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }
}
