package dev.espalier.sweep.spec.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that a config gives to options, each an axis of one or more; the axes multiply.
 *
 * @param values by option, in the order of the step's options
 */
public record Axes(Map<Option<?>, List<?>> values) {
  /** No axis: the product is one combination without values. */
  public static final Axes NONE = new Axes(Map.of());

  public Axes {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** These and the values of one more option, or in place of those it has. */
  public <T> Axes with(Option<T> option, List<T> axis) {
    Map<Option<?>, List<?>> more = new LinkedHashMap<>(values);
    more.put(option, List.copyOf(axis));
    return new Axes(more);
  }

  /** These and the values of other options, or in place of those they have, in an order. */
  public Axes with(List<Option<?>> order, Map<Option<?>, List<Object>> others) {
    Map<Option<?>, List<?>> all = new LinkedHashMap<>();
    for (Option<?> option : order) {
      List<?> axis = others.containsKey(option) ? others.get(option) : values.get(option);
      if (axis != null) {
        all.put(option, axis);
      }
    }
    return new Axes(all);
  }

  /** The values of an option; null where it has none. */
  @SuppressWarnings("unchecked") // with() takes values of the option's type only.
  public <T> @Nullable List<T> find(Option<T> option) {
    return (List<T>) values.get(option);
  }

  /** How many combinations there are; a double, since it may be more than a long holds. */
  public double size() {
    return values.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
  }

  /** The first value of each option. */
  public OptionValues first() {
    OptionValues first = OptionValues.NONE;
    for (Option<?> option : values.keySet()) {
      first = first(first, option);
    }
    return first;
  }

  private <T> OptionValues first(OptionValues before, Option<T> option) {
    return before.with(option, axis(option).get(0));
  }

  /** Every combination, the last axis running fastest. */
  public List<OptionValues> product() {
    List<OptionValues> product = List.of(OptionValues.NONE);
    for (Option<?> option : values.keySet()) {
      product = product(product, option);
    }
    return product;
  }

  private <T> List<OptionValues> product(List<OptionValues> before, Option<T> option) {
    List<OptionValues> product = new ArrayList<>();
    for (OptionValues values : before) {
      for (T value : axis(option)) {
        product.add(values.with(option, value));
      }
    }
    return product;
  }

  private <T> List<T> axis(Option<T> option) {
    List<T> axis = find(option);
    return axis == null ? List.of() : axis;
  }

  /** The axis of an option as it stands in a config: one value, or a list of them. */
  public <T> Object written(Option<T> option) {
    List<Object> written = axis(option).stream().map(option.form()::write).toList();
    return written.size() == 1 ? written.get(0) : written;
  }
}
