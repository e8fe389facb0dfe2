package dev.espalier.sweep.config;

import java.util.List;

/**
 * A map of the config.
 *
 * @param title where the map stands
 * @param note what the reference says before the table; may be empty
 * @param keys which it takes, in the order of the reference
 * @param preset what stands for any key that is missing here; empty where each key says it itself
 */
public record Section(String title, String note, List<Key<?>> keys, String preset) {
  public Section {
    keys = List.copyOf(keys);
  }

  /** A map of keys with presets of their own. */
  public static Section of(String title, String note, Key<?>... keys) {
    return new Section(title, note, List.of(keys), "");
  }

  /** The names of its keys. */
  public List<String> names() {
    return keys.stream().<String>map(Key::name).toList();
  }

  /** The words for a missing {@code key} of this map. */
  public String preset(Key<?> key) {
    return preset.isEmpty() ? key.preset() : preset;
  }
}
