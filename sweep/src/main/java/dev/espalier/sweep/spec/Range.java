package dev.espalier.sweep.spec;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An interval of numbers, as it is written in messages and in the reference: {@code [0, 1)}.
 *
 * @param text the interval itself
 */
record Range(String text, BigDecimal low, BigDecimal high) {
  private static final Pattern FORM = Pattern.compile("[\\[(](-?[0-9.]+), ([0-9.]+)[])]");

  static Range of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a range must look like [0, 1), found " + text);
    }
    return new Range(text, new BigDecimal(matcher.group(1)), new BigDecimal(matcher.group(2)));
  }

  boolean contains(BigDecimal number) {
    int fromLow = number.compareTo(low);
    int fromHigh = number.compareTo(high);
    return (text.startsWith("[") ? fromLow >= 0 : fromLow > 0)
        && (text.endsWith("]") ? fromHigh <= 0 : fromHigh < 0);
  }
}
