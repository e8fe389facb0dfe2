package dev.espalier.sweep.config;

/**
 * A key of the config.
 *
 * @param rule what a value of it must be; for a map, what the map is
 * @param form whether it takes one value, one or a list of them, a list, or a map
 * @param preset what stands for a missing key, in words of the config
 * @param meaning for the reference
 */
public record Key<T>(String name, Rule<T> rule, Form form, String preset, String meaning) {
  public enum Form {
    ONE,
    SOME,
    EACH,
    LIST,
    MAP
  }

  /** What a preset says where there is none. */
  public static final String REQUIRED = "required";

  public static <T> Key<T> one(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.ONE, preset, meaning);
  }

  /** Takes one value or a list without duplicates; an axis, or a set. */
  public static <T> Key<T> some(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.SOME, preset, meaning);
  }

  /** Takes one value for all channels of an image, or a list of one for each. */
  public static <T> Key<T> each(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.EACH, preset, meaning);
  }

  /** Takes a list, in which values may be equal; it may be empty. */
  public static <T> Key<T> list(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.LIST, preset, meaning);
  }

  /** Takes a map, or what {@code kind} says. */
  public static Key<String> map(String name, String kind, String preset, String meaning) {
    return map(name, Rule.text(kind, ".*"), preset, meaning);
  }

  /** Takes a map, or a scalar by {@code rule}. */
  public static <T> Key<T> map(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.MAP, preset, meaning);
  }
}
