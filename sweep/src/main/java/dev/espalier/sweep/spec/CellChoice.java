package dev.espalier.sweep.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some cells, by the values that parameters may have; parameters that are not named are free.
 *
 * @param values by parameter, each with at least one: {@code architecture}, {@code width}, those of
 *     the baseline and those of a pipeline's steps
 */
public record CellChoice(Map<String, List<Object>> values) {
  static final String ARCHITECTURE = "architecture";
  static final String WIDTH = "width";

  public CellChoice {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Whether all named parameters have one of their values.
   *
   * @param cell gives the value of a parameter; null where it has none
   */
  boolean matches(Function<String, @Nullable Object> cell) {
    return values.entrySet().stream()
        .allMatch(
            choice -> {
              Object value = cell.apply(choice.getKey());
              return value != null && choice.getValue().contains(value);
            });
  }
}
