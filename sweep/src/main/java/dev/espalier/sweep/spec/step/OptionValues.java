package dev.espalier.sweep.spec.step;

import dev.espalier.workers.stage.NamedOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** One value for each of some options, in their order. Immutable. */
public final class OptionValues {
  /** No values. */
  public static final OptionValues NONE = new OptionValues(Map.of());

  private final Map<Option<?>, Object> values;
  private final int hash;

  private OptionValues(Map<Option<?>, Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    this.hash = this.values.hashCode();
  }

  /** These values and one more, or in place of that of the option. */
  public <T> OptionValues with(Option<T> option, T value) {
    Map<Option<?>, Object> more = new LinkedHashMap<>(values);
    more.put(option, value);
    return new OptionValues(more);
  }

  /**
   * These values, and those of {@code presets} for options that have none here.
   *
   * @param order of the result; options that are not in it are left out
   */
  public OptionValues over(OptionValues presets, List<Option<?>> order) {
    Map<Option<?>, Object> all = new LinkedHashMap<>();
    for (Option<?> option : order) {
      Object value = values.getOrDefault(option, presets.values.get(option));
      if (value != null) {
        all.put(option, value);
      }
    }
    return new OptionValues(all);
  }

  /** The options that have a value. */
  public List<Option<?>> options() {
    return List.copyOf(values.keySet());
  }

  /** Whether no option has a value. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Whether the option has a value. */
  public boolean has(Option<?> option) {
    return values.containsKey(option);
  }

  /**
   * The value of an option.
   *
   * @throws NoSuchElementException if it has none
   */
  public <T> T get(Option<T> option) {
    T value = find(option);
    if (value == null) {
      throw new NoSuchElementException("no value for " + option.parameter());
    }
    return value;
  }

  /** The value of an option, or {@code preset} where it has none. */
  public <T> T get(Option<T> option, T preset) {
    T value = find(option);
    return value == null ? preset : value;
  }

  /** The value of an option; null where it has none. */
  @SuppressWarnings("unchecked") // with() takes values of the option's type only.
  public <T> @Nullable T find(Option<T> option) {
    return (T) values.get(option);
  }

  /** The options with a mark whose value is not that of {@code presets}, for names. */
  List<NamedOption> varied(OptionValues presets) {
    List<NamedOption> varied = new ArrayList<>();
    for (Option<?> option : values.keySet()) {
      if (!option.told() && !values.get(option).equals(presets.values.get(option))) {
        varied.add(named(option));
      }
    }
    return varied;
  }

  /** The value of an option, as a part of the names of trials. */
  public <T> NamedOption named(Option<T> option) {
    return option.named(get(option));
  }

  /** The globs of layer names in the value of an option. */
  public <T> List<String> layerGlobs(Option<T> option) {
    return option.form().layerGlobs(get(option));
  }

  /** The value of an option in a config. */
  public <T> Object written(Option<T> option) {
    return option.form().write(get(option));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof OptionValues that && hash == that.hash && values.equals(that.values));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    values.forEach((option, value) -> text.append(option.parameter() + ": " + value + " "));
    return text.toString().strip();
  }
}
