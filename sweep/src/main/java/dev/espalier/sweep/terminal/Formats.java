package dev.espalier.sweep.terminal;

import dev.espalier.sweep.pareto.ByteCount;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations and sizes as people read and write them. */
public final class Formats {
  private static final Pattern TEXT =
      Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

  private Formats() {}

  /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
  public static String duration(double seconds) {
    if (seconds < 9.95) {
      return "%.1f s".formatted(seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    } else if (whole < 3600) {
      return "%d min %02d s".formatted(whole / 60, whole % 60);
    }
    return "%d h %02d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  /**
   * Reads {@code 2h}, {@code 90m}, {@code 1h30m}, {@code 45s}.
   *
   * @throws IllegalArgumentException if {@code text} is none of these or is zero
   */
  public static Duration parseDuration(String text) {
    Matcher matcher = TEXT.matcher(text);
    Duration duration =
        matcher.matches()
            ? Duration.ofHours(number(matcher.group(1)))
                .plusMinutes(number(matcher.group(2)))
                .plusSeconds(number(matcher.group(3)))
            : Duration.ZERO;
    if (duration.isZero()) {
      throw new IllegalArgumentException(
          "must be a duration such as 2h, 90m, 1h30m or 45s, found " + text);
    }
    return duration;
  }

  /** {@code 999 B}, {@code 1.23 kB}, {@code 45.7 MB}. */
  public static String bytes(double bytes) {
    return ByteCount.text(bytes);
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
