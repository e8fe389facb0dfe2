package dev.espalier.sweep.spec;

import dev.espalier.workers.stage.Schedule;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes maps, lists and scalars as YAML that people read: two levels of lines, then brackets. */
final class YamlWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
  private static final Pattern RESERVED = Pattern.compile("true|false|null|yes|no|on|off|y|n");

  private YamlWriter() {}

  static String write(Map<String, Object> tree) {
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
  static String flow(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + ": " + flow(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(YamlWriter::flow).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof BigDecimal number) {
      return Schedule.plain(number);
    }
    return value instanceof String text ? scalar(text) : String.valueOf(value);
  }

  private static String scalar(String text) {
    boolean reserved = RESERVED.matcher(text.toLowerCase(Locale.ROOT)).matches();
    if (PLAIN.matcher(text).matches() && !reserved) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
