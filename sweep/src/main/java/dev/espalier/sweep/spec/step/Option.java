package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.workers.stage.NamedOption;
import org.jspecify.annotations.Nullable;

/**
 * An option of a step. It may have several values in a config, and is then an axis.
 *
 * @param key in the map of the step: rule, default and meaning, for the reference
 * @param within the map in the step's map where it stands; null where that is the step's
 * @param parameter its name in {@code include} and {@code exclude}; with {@code _} for {@code -}
 *     that of a trial's parameter
 * @param mark what precedes its value in names: {@code lr}; may be empty
 * @param told whether the stage itself tells the value, so that it stands in every name; others
 *     stand in names where they differ from the sweep's default
 * @param form of one value
 */
public record Option<T>(
    Key<?> key,
    @Nullable Nested within,
    String parameter,
    String mark,
    boolean told,
    OptionForm<T> form) {

  /** An option in the map of its step. */
  public static <T> Option<T> of(Key<?> key, String parameter, String mark, OptionForm<T> form) {
    return new Option<>(key, null, parameter, mark, false, form);
  }

  /** An option in the map of its step whose value stands in every name. */
  public static <T> Option<T> told(Key<?> key, String parameter, String mark, OptionForm<T> form) {
    return new Option<>(key, null, parameter, mark, true, form);
  }

  /** Options of one parameter are one: no two kinds of steps share a parameter. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Option<?> that && parameter.equals(that.parameter));
  }

  @Override
  public int hashCode() {
    return parameter.hashCode();
  }

  /** Its value, as a part of the names of trials. */
  NamedOption named(T value) {
    return new NamedOption(
        parameter.replace('-', '_'), mark + form.slug(value), form.parameter(value));
  }
}
