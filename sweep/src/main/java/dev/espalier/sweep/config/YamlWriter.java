package dev.espalier.sweep.config;

import dev.espalier.workers.facts.Schedule;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes maps, lists and scalars as YAML that people read: two levels of lines, then brackets. */
public final class YamlWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
  private static final Pattern RESERVED = Pattern.compile("true|false|null|yes|no|on|off|y|n");

  private static final int MOST_LETTERS = 20;

  private YamlWriter() {}

  public static String write(Map<String, Object> tree) {
    StringBuilder text = new StringBuilder();
    tree.forEach(
        (key, value) -> {
          text.append(key).append(':');
          if (value instanceof Map<?, ?> map) {
            map.forEach((inner, at) -> text.append("\n  " + inner + ": " + flow(at)));
          } else if (value instanceof List<?> list && list.get(0) instanceof Map) {
            list.forEach(item -> text.append("\n  - " + flow(item)));
          } else {
            text.append(' ').append(flow(value));
          }
          text.append('\n');
        });
    return text.toString();
  }

  /** A value on one line. */
  public static String flow(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + ": " + flow(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(YamlWriter::flow).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof BigDecimal number) {
      return number(number);
    }
    return value instanceof String text ? scalar(text) : String.valueOf(value);
  }

  private static String scalar(String text) {
    boolean reserved = RESERVED.matcher(text.toLowerCase(Locale.ROOT)).matches();
    if (PLAIN.matcher(text).matches() && !reserved) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(letter -> append(quoted, letter));
    return quoted.append('"').toString();
  }

  /** The plain text, but for numbers of many zeros, which would swell a file. */
  private static String number(BigDecimal number) {
    String plain = Schedule.plain(number);
    return plain.length() <= MOST_LETTERS ? plain : number.stripTrailingZeros().toString();
  }

  /** What YAML 1.1 does not call printable is read again from an escape alone. */
  private static void append(StringBuilder quoted, int letter) {
    if (letter == '"' || letter == '\\') {
      quoted.append('\\').append((char) letter);
    } else if (isPrintable(letter)) {
      quoted.appendCodePoint(letter);
    } else {
      quoted.append(String.format(Locale.ROOT, "\\u%04X", letter));
    }
  }

  private static boolean isPrintable(int letter) {
    return (letter >= ' ' && letter <= '~')
        || (letter >= 0xA0 && letter <= 0xD7FF && letter != 0x2028 && letter != 0x2029)
        || (letter >= 0xE000 && letter <= 0xFFFD && letter != 0xFEFF)
        || letter >= 0x10000;
  }
}
