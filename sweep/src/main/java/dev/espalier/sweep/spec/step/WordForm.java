package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.Rule;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One of some values, by its word.
 *
 * @param rule of the scalar
 * @param word of a value, or a number
 */
public record WordForm<T>(Rule<T> rule, Function<T, ? extends Serializable> word)
    implements OptionForm<T> {

  /** A choice among {@code values}. */
  public static <T> WordForm<T> of(List<T> values, Function<T, String> word) {
    return new WordForm<>(Rule.one(values, word), word);
  }

  /** A whole number, of which 0 is written {@code none}. */
  public static WordForm<Integer> numberOrNone(Rule<Integer> rule) {
    return new WordForm<>(rule, count -> count == 0 ? "none" : count);
  }

  @Override
  public @Nullable T read(Node node, String path, Problems problems) {
    return rule.read(node, path, problems);
  }

  @Override
  public Object write(T value) {
    return word.apply(value);
  }

  @Override
  public Serializable parameter(T value) {
    return word.apply(value);
  }

  @Override
  public String slug(T value) {
    return word.apply(value).toString();
  }
}
