package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the options of a step from its map. */
public final class OptionReader {
  private OptionReader() {}

  /** The axes that a map gives; options that are missing or wrong have none. */
  public static Axes axes(Fields fields, List<Option<?>> options) {
    Axes axes = Axes.NONE;
    for (Option<?> option : options) {
      axes = axis(axes, fields, option);
    }
    return axes;
  }

  private static <T> Axes axis(Axes axes, Fields fields, Option<T> option) {
    List<T> values = within(fields, option).axis(option.key(), option.form());
    return values.isEmpty() ? axes : axes.with(option, values);
  }

  /** The values that a map gives, one for each option; those missing or wrong have none. */
  public static OptionValues values(Fields fields, List<Option<?>> options) {
    OptionValues values = OptionValues.NONE;
    for (Option<?> option : options) {
      values = value(values, fields, option);
    }
    return values;
  }

  private static <T> OptionValues value(OptionValues values, Fields fields, Option<T> option) {
    List<T> value = within(fields, option).single(option.key(), option.form());
    return value.isEmpty() ? values : values.with(option, value.get(0));
  }

  private static Fields within(Fields fields, Option<?> option) {
    Nested within = option.within();
    return within == null ? fields : fields.map(within.key(), within.section());
  }

  /** Axes as the map of a config from which they are read again. */
  public static Map<String, Object> write(Axes axes) {
    Map<String, Object> tree = new LinkedHashMap<>();
    axes.values().keySet().forEach(option -> put(tree, option, axes.written(option)));
    return tree;
  }

  /** Values as the map of a config from which they are read again. */
  public static Map<String, Object> write(OptionValues values) {
    Map<String, Object> tree = new LinkedHashMap<>();
    values.options().forEach(option -> put(tree, option, values.written(option)));
    return tree;
  }

  @SuppressWarnings("unchecked") // A map that an option of the same kind made here before.
  private static void put(Map<String, Object> tree, Option<?> option, Object value) {
    Map<String, Object> place = tree;
    if (option.within() != null) {
      place =
          (Map<String, Object>)
              tree.computeIfAbsent(
                  option.within().key().name(), name -> new LinkedHashMap<String, Object>());
    }
    place.put(option.key().name(), value);
  }
}
