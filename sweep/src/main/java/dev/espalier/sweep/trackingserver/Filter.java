package dev.espalier.sweep.trackingserver;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of MLflow's search language that the embedded server understands: comparisons joined by
 * AND, and orders. {@code tags.`espalier.key` = 'x' AND metrics.`val/accuracy` >= 0.5}.
 *
 * <p>It refuses what MLflow's own servers refuse: a key with anything but letters, digits, _ and
 * dots outside of backticks or double quotes, a text without quotes, a number with quotes.
 */
public final class Filter {
  private static final String KEY =
      "(?:`([^`]+)`|\"([^\"]+)\"|([A-Za-z_]\\w*(?:\\.[A-Za-z_]\\w*)*))";
  private static final String NUMBER =
      "-?(?:\\d+(?:\\.\\d+)?[eE]-?\\d+|\\d+\\.?\\d*|\\.\\d+)(?!\\w)";
  private static final Pattern COMPARISON =
      Pattern.compile(
          "\\s*(?:(\\w+)\\.)?"
              + KEY
              + "\\s*(!=|>=|<=|=|>|<)\\s*(?:'([^']*)'|\"([^\"]*)\"|("
              + NUMBER
              + "))\\s*");
  private static final Pattern UNQUOTED = Pattern.compile("\\w+\\.[\\w.]*[/:-].*");
  private static final Pattern AND = Pattern.compile("AND\\s", Pattern.CASE_INSENSITIVE);
  private static final Pattern ORDER =
      Pattern.compile(
          "\\s*(?:(\\w+)\\.)?" + KEY + "(?:\\s+(ASC|DESC))?\\s*", Pattern.CASE_INSENSITIVE);

  private Filter() {}

  /** The kind of a value of a run. */
  enum Kind {
    ATTRIBUTE,
    METRIC,
    PARAM,
    TAG;

    private static Kind of(String prefix, String text) {
      return switch (prefix) {
        case "", "attribute", "attributes", "attr", "run" -> ATTRIBUTE;
        case "metric", "metrics" -> METRIC;
        case "param", "params", "parameter", "parameters" -> PARAM;
        case "tag", "tags" -> TAG;
        default ->
            throw ApiException.invalid(
                "must start with attributes, metrics, params or tags, found '" + text + "'");
      };
    }
  }

  /**
   * {@code kind.key operator 'value'}.
   *
   * @param quoted true where the value is a text in quotes, false where it is a number
   */
  record Comparison(Kind kind, String key, String operator, String value, boolean quoted) {

    /** The value as a number. */
    double number() {
      if (quoted) {
        throw ApiException.invalid(
            key + " must be compared with a number without quotes, found '" + value + "'");
      }
      return Double.parseDouble(value);
    }

    /** The value as a text. */
    String text() {
      if (!quoted) {
        throw ApiException.invalid(key + " must be compared with a text in quotes, found " + value);
      }
      return value;
    }
  }

  /** {@code kind.key ASC}. */
  record Order(Kind kind, String key, boolean descending) {}

  public static List<Comparison> comparisons(String filter) {
    List<Comparison> found = new ArrayList<>();
    if (filter.isBlank()) {
      return found;
    }
    Matcher matcher = COMPARISON.matcher(filter);
    int at = 0;
    while (true) {
      if (!matcher.region(at, filter.length()).lookingAt()) {
        throw unreadable(filter, at);
      }
      requireAtMost(Limits.COMPARISONS, found.size() + 1, "filter: ", " comparisons");
      found.add(
          new Comparison(
              Kind.of(orEmpty(matcher.group(1)), matcher.group()),
              first(matcher, 2, 3, 4),
              orEmpty(matcher.group(5)),
              first(matcher, 6, 7, 8),
              matcher.group(8) == null));
      at = matcher.end();
      if (at == filter.length()) {
        return found;
      }
      Matcher and = AND.matcher(filter).region(at, filter.length());
      if (!and.lookingAt()) {
        throw unreadable(filter, at);
      }
      at = and.end();
    }
  }

  /** Refuses more than {@code most} of something: SQLite would fail at some hundreds. */
  static void requireAtMost(int most, int found, String where, String things) {
    if (found > most) {
      throw ApiException.invalid(where + "must have at most " + most + things);
    }
  }

  static List<Order> orders(List<String> texts) {
    requireAtMost(Limits.COMPARISONS, texts.size(), "order_by: ", " orders");
    List<Order> found = new ArrayList<>();
    for (String text : texts) {
      Matcher matcher = ORDER.matcher(text);
      if (!matcher.matches()) {
        throw ApiException.invalid("order_by: must be 'key [ASC|DESC]', found '" + text + "'");
      }
      found.add(
          new Order(
              Kind.of(orEmpty(matcher.group(1)), text),
              first(matcher, 2, 3, 4),
              "DESC".equalsIgnoreCase(matcher.group(5))));
    }
    return found;
  }

  private static ApiException unreadable(String filter, int at) {
    String rest = filter.substring(at, Math.min(filter.length(), at + 60));
    String advice =
        UNQUOTED.matcher(rest.strip()).lookingAt()
            ? "; a name with other characters than letters, digits, _ and . needs backticks"
            : "";
    return ApiException.invalid(
        "filter: must be comparisons (=, !=, <, <=, >, >=) joined by AND, found '"
            + rest
            + "'"
            + advice);
  }

  private static String first(Matcher matcher, int... groups) {
    for (int group : groups) {
      String found = matcher.group(group);
      if (found != null) {
        return found;
      }
    }
    throw new AssertionError("one of the groups always matches");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
