package dev.espalier.sweep.config;

/**
 * A key of the config.
 *
 * @param rule what a value of it must be; for a map, what the map is
 * @param form how many values it takes
 * @param preset what stands for a missing key, in words of the config
 * @param meaning for the reference
 */
public record Key<T>(String name, Rule<T> rule, Form form, String preset, String meaning) {
  /** How many values a key takes. */
  public enum Form {
    /** One. */
    ONE,
    /** One, or a list without duplicates. */
    SOME,
    /** One that is itself a value or a list of them, or a list of such lists. */
    LISTS,
    /** One, or a list without duplicates, which may be empty. */
    SET,
    /** One, or a list of one for each channel of an image. */
    EACH,
    /** A list, in which values may be equal; it may be empty. */
    LIST,
    /** A map. */
    MAP,
    /** A map, or a list of maps. */
    MAPS
  }

  /** What a preset says where there is none. */
  public static final String REQUIRED = "required";

  public static <T> Key<T> one(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.ONE, preset, meaning);
  }

  /** Takes one value or a list without duplicates: an axis. */
  public static <T> Key<T> some(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.SOME, preset, meaning);
  }

  /**
   * Takes a list as one value, so that only a list of lists is an axis; a scalar is such a list.
   */
  public static <T> Key<T> lists(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.LISTS, preset, meaning);
  }

  /** Takes one value or a list without duplicates, which may be empty: a set. */
  public static <T> Key<T> set(String name, Rule<T> rule, String preset, String meaning) {
    return new Key<>(name, rule, Form.SET, preset, meaning);
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

  /** Takes a map or a list of maps. */
  public static Key<String> maps(String name, String preset, String meaning) {
    return new Key<>(name, Rule.text("a map or a list of maps", ".*"), Form.MAPS, preset, meaning);
  }

  /** What a value of it must be, for the reference. */
  public String words() {
    return rule.words(false)
        + switch (form) {
          case SOME, LISTS, SET -> ", or a list of them";
          case EACH -> ", or a list of one for each channel";
          case LIST -> ", in a list of any length";
          case ONE, MAP, MAPS -> "";
        };
  }
}
