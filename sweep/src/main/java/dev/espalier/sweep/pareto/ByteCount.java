package dev.espalier.sweep.pareto;

import java.util.Locale;

/** Human-readable byte counts. */
public final class ByteCount {
  private ByteCount() {}

  /** Three digits with a decimal unit: {@code 999 B}, {@code 1.23 kB}, {@code 45.7 MB}. */
  public static String text(double bytes) {
    String unit = " kMGTP";
    int step = 0;
    double value = bytes;
    while (value >= 999.5 && step < unit.length() - 1) {
      value /= 1000;
      step++;
    }
    if (step == 0) {
      return String.format(Locale.ROOT, "%.0f B", value);
    }
    String digits = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, digits + " %cB", value, unit.charAt(step));
  }
}
