package dev.espalier.sweep.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The form of a scalar. The same words stand in messages and in the reference.
 *
 * @param kind in words: {@code a whole number}
 * @param form of the text
 * @param range of the number, if the text is one
 * @param words to suggest
 * @param value of a text that has the form and is in the range
 */
public record Rule<T>(
    String kind, Pattern form, @Nullable Range range, List<String> words, Function<String, T> value)
    implements Reader<T> {
  private static final String WHOLE = "[+-]?[0-9]{1,40}";
  // Two digits of exponent: 1e-999999999 would be a billion digits once written out.
  private static final String DECIMAL =
      "[+-]?([0-9]{1,150}(\\.[0-9]{0,150})?|\\.[0-9]{1,150})([eE][+-]?[0-9]{1,2})?";

  /** A number of more digits, or nearer to 0, could not be read again in every form of it. */
  private static final int MOST_DIGITS = 100;

  private static final int LEAST_EXPONENT = -99;
  private static final Pattern NUMBER = Pattern.compile(DECIMAL);

  public static Rule<Integer> whole(String range) {
    return new Rule<>(
        "a whole number", Pattern.compile(WHOLE), Range.of(range), List.of(), Integer::valueOf);
  }

  public static Rule<Long> longWhole(String range) {
    return new Rule<>(
        "a whole number", Pattern.compile(WHOLE), Range.of(range), List.of(), Long::valueOf);
  }

  /** A whole number, or {@code none}, which is read as 0. */
  public static Rule<Integer> wholeOrNone(String range) {
    return new Rule<>(
        "none or a whole number",
        Pattern.compile("none|" + WHOLE),
        Range.of(range),
        List.of("none"),
        text -> text.equals("none") ? 0 : Integer.parseInt(text));
  }

  /** A decimal number as written, without trailing zeros. */
  public static Rule<BigDecimal> decimal(String range) {
    return new Rule<>("a number", NUMBER, Range.of(range), List.of(), Rule::exactly);
  }

  /** A number, where a map may stand too. */
  public static Rule<BigDecimal> decimalOrMap(String range) {
    return new Rule<>("a map or a number", NUMBER, Range.of(range), List.of(), Rule::exactly);
  }

  /** The same text with other values. */
  public <R> Rule<R> as(Function<T, R> other) {
    return new Rule<>(kind, form, range, words, text -> other.apply(value.apply(text)));
  }

  /** What this rule takes of several forms, or a word. */
  public Rule<T> orWord(String word, T named) {
    List<String> all = new ArrayList<>(List.of(word));
    all.addAll(words);
    return new Rule<>(
        word + ", " + kind,
        Pattern.compile(Pattern.quote(word) + "|(?:" + form.pattern() + ")"),
        range,
        List.copyOf(all),
        text -> text.equals(word) ? named : value.apply(text));
  }

  public static Rule<Boolean> flag() {
    return new Rule<>(
        "true or false", Pattern.compile("true|false"), null, List.of(), Boolean::valueOf);
  }

  /** One of these values, by its word. */
  public static <T> Rule<T> one(List<T> values, Function<T, String> word) {
    List<String> words = values.stream().map(word).toList();
    Rule<String> choice = choice(words);
    return new Rule<>(
        choice.kind(), choice.form(), null, words, text -> values.get(words.indexOf(text)));
  }

  public static Rule<String> choice(List<String> words) {
    String form = words.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new Rule<>(
        "one of " + String.join(", ", words), Pattern.compile(form), null, words, word -> word);
  }

  /** One of these words, where a map may stand too. */
  public static Rule<String> choiceOrMap(List<String> words) {
    Rule<String> choice = choice(words);
    return new Rule<>("a map or " + choice.kind(), choice.form(), null, words, word -> word);
  }

  public static Rule<String> text(String kind, String form) {
    return new Rule<>(kind, Pattern.compile(form), null, List.of(), text -> text);
  }

  @Override
  public @Nullable T read(Node node, String path, Problems problems) {
    if (node instanceof Node.Broken) {
      return null;
    }
    if (!(node instanceof Node.Scalar scalar)) {
      problems.add(node.place(), path, "must be " + words(false) + ", found " + node.describe());
      return null;
    }
    String complaint = complaint(scalar.text());
    if (complaint != null) {
      String hint = Nearest.hint(scalar.text(), words);
      problems.add(node.place(), path, complaint + scalar.describe() + hint);
      return null;
    }
    return value.apply(scalar.text());
  }

  /** The rule in words, after "must be". */
  public String words(boolean numberFound) {
    if (range == null) {
      return kind;
    }
    return numberFound ? "in " + range.text() : kind + " in " + range.text();
  }

  /** The problem of {@code text}; null if it has none. */
  public @Nullable String complaint(String text) {
    if (!form.matcher(text).matches()) {
      return "must be " + words(false) + ", found ";
    }
    if (range == null || !NUMBER.matcher(text).matches()) {
      return null;
    }
    BigDecimal number = new BigDecimal(text);
    if (!range.contains(number)) {
      return "must be " + words(true) + ", found ";
    }
    return isShort(number)
        ? null
        : "must have at most 100 digits, and be 0 or at least 1e-99, found ";
  }

  private static boolean isShort(BigDecimal number) {
    BigDecimal bare = number.stripTrailingZeros();
    return number.signum() == 0
        || (bare.precision() <= MOST_DIGITS
            && bare.precision() - bare.scale() - 1 >= LEAST_EXPONENT);
  }

  private static BigDecimal exactly(String text) {
    BigDecimal number = new BigDecimal(text);
    return number.signum() == 0
        ? BigDecimal.ZERO
        : new BigDecimal(number.stripTrailingZeros().toPlainString());
  }

  /**
   * An interval of numbers, as it is written in messages and in the reference: {@code [0, 1)}.
   *
   * @param text the interval itself
   */
  public record Range(String text, BigDecimal low, BigDecimal high) {
    private static final Pattern FORM = Pattern.compile("[\\[(](-?[0-9.]+), ([0-9.]+)[])]");

    public static Range of(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("a range must look like [0, 1), found " + text);
      }
      return new Range(text, new BigDecimal(matcher.group(1)), new BigDecimal(matcher.group(2)));
    }

    public boolean contains(BigDecimal number) {
      int fromLow = number.compareTo(low);
      int fromHigh = number.compareTo(high);
      return (text.startsWith("[") ? fromLow >= 0 : fromLow > 0)
          && (text.endsWith("]") ? fromHigh <= 0 : fromHigh < 0);
    }
  }
}
