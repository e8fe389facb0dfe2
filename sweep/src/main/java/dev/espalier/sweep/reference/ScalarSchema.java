package dev.espalier.sweep.reference;

import dev.espalier.sweep.config.Rule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The schema of a scalar that a rule takes. */
final class ScalarSchema {
  private ScalarSchema() {}

  /** Words, numbers, flags or text of a form. */
  static List<Map<String, Object>> of(Rule<?> rule) {
    List<Map<String, Object>> kinds = new ArrayList<>();
    if (!rule.words().isEmpty()) {
      kinds.add(Json.map("enum", rule.words().stream().map(ScalarSchema::written).toList()));
    }
    if (rule.range() != null) {
      kinds.add(number(rule, rule.range()));
    }
    if (kinds.isEmpty()) {
      kinds.add(isFlag(rule) ? Json.map("type", "boolean") : text(rule));
    }
    return kinds;
  }

  private static boolean isFlag(Rule<?> rule) {
    return rule.form().pattern().equals(Rule.flag().form().pattern());
  }

  private static Map<String, Object> number(Rule<?> rule, Rule.Range range) {
    boolean whole = !rule.form().matcher("0.5").matches();
    String text = range.text();
    return Json.map(
        "type",
        whole ? "integer" : "number",
        text.startsWith("[") ? "minimum" : "exclusiveMinimum",
        range.low(),
        text.endsWith("]") ? "maximum" : "exclusiveMaximum",
        range.high());
  }

  /** Text that looks like a number is one to YAML; the form is that of text alone. */
  private static Map<String, Object> text(Rule<?> rule) {
    Object type = rule.form().matcher("7").matches() ? List.of("string", "number") : "string";
    return Json.map("type", type, "pattern", "^(?:" + rule.form().pattern() + ")$");
  }

  /** A word as YAML reads it: a number where it looks like one. */
  private static Object written(String word) {
    return word.matches("[0-9]+") ? new BigDecimal(word) : word;
  }
}
