package dev.espalier.sweep.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of one map. What is wrong is reported and replaced by a value that is right, so
 * that reading goes on to the next problem.
 */
public final class Fields {
  private final Node.Mapping node;
  private final String path;
  private final Section section;
  private final Problems problems;
  private final boolean present;

  private Fields(
      Node.Mapping node, String path, Section section, Problems problems, boolean present) {
    this.node = node;
    this.path = path;
    this.section = section;
    this.problems = problems;
    this.present = present;
  }

  /** The fields of {@code node}; null where it is no map. Unknown keys are reported here. */
  public static @Nullable Fields of(Node node, String path, Section section, Problems problems) {
    if (!(node instanceof Node.Mapping mapping)) {
      if (!(node instanceof Node.Broken)) {
        problems.add(node.place(), path, "must be a map, found " + node.describe());
      }
      return null;
    }
    Fields fields = new Fields(mapping, path, section, problems, true);
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              if (!section.names().contains(name)) {
                String hint = Nearest.hint(name, section.names());
                problems.add(entry.place(), fields.path(name), "unknown key" + hint);
              }
            });
    return fields;
  }

  /** Stands for a map that is missing or wrong. */
  private static Fields none(
      SourceLocation place, String path, Section section, Problems problems) {
    return new Fields(new Node.Mapping(place, Map.of()), path, section, problems, false);
  }

  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** True where the map is there, and a map. */
  public boolean isPresent() {
    return present;
  }

  public boolean isEmpty() {
    return node.entries().isEmpty();
  }

  public boolean has(Key<?> key) {
    return entry(key) != null;
  }

  /** Reports a problem with the value of {@code key}, or with the map if the key is missing. */
  public void wrong(Key<?> key, String problem) {
    Node.Entry entry = entry(key);
    problems.add(entry == null ? node.place() : entry.place(), path(key.name()), problem);
  }

  /** Reports a problem with the map itself. */
  public void wrong(String problem) {
    problems.add(node.place(), path, problem);
  }

  /** Reports {@code key} if it is there. */
  public void refuse(Key<?> key, String reason) {
    if (has(key)) {
      wrong(key, "is not allowed " + reason);
    }
  }

  /** Reports {@code key} if it is missing, unless the whole map is. */
  public void require(Key<?> key) {
    if (present && !has(key)) {
      wrong(key, "is missing; it must be " + key.rule().words(false));
    }
  }

  /** The value of {@code key}; null where it is missing or wrong. */
  public <T> @Nullable T one(Key<T> key) {
    Node.Entry entry = entry(key);
    return entry == null ? null : key.rule().read(entry.value(), path(key.name()), problems);
  }

  public <T> T one(Key<T> key, T preset) {
    T value = one(key);
    return value == null ? preset : value;
  }

  /** One value or a list of them, each once; {@code preset} where it is missing or wrong. */
  public <T> List<T> some(Key<T> key, List<T> preset) {
    Node.Entry entry = entry(key);
    if (entry == null) {
      return preset;
    }
    List<T> values = values(entry.value(), path(key.name()), key.rule(), problems);
    return values.isEmpty() ? preset : values;
  }

  /**
   * One value of {@code key} or a list of them, each once; empty where it is missing or wrong. Of a
   * key of {@link Key.Form#LISTS} a list of scalars is one value.
   */
  public <T> List<T> axis(Key<?> key, Reader<T> reader) {
    Node.Entry entry = entry(key);
    if (entry == null) {
      return List.of();
    }
    boolean one =
        key.form() == Key.Form.LISTS
            && entry.value() instanceof Node.Sequence list
            && list.items().stream().noneMatch(Node.Sequence.class::isInstance);
    if (one) {
      return single(key, reader);
    }
    return values(entry.value(), path(key.name()), reader, problems);
  }

  /** The value of {@code key} in a list; an empty one where it is missing or wrong. */
  public <T> List<T> single(Key<?> key, Reader<T> reader) {
    Node.Entry entry = entry(key);
    T value = entry == null ? null : reader.read(entry.value(), path(key.name()), problems);
    return value == null ? List.of() : List.of(value);
  }

  /** Values without duplicates, each by {@code rule}; none where the key is missing or wrong. */
  public <T> List<T> set(Key<T> key, Reader<T> rule) {
    Node.Entry entry = entry(key);
    return entry == null || isEmpty(key)
        ? List.of()
        : values(entry.value(), path(key.name()), rule, problems);
  }

  /** One value or a list, in which values may be equal; empty where it is missing or wrong. */
  public <T> List<T> each(Key<T> key) {
    Node.Entry entry = entry(key);
    if (entry == null) {
      return List.of();
    }
    if (isEmpty(key)) {
      wrong(key, "must have at least one value, found none");
    }
    return list(key, key.rule());
  }

  /** One value or a list, in which values may be equal; without those that are wrong. */
  public <T> List<T> list(Key<?> key, Reader<T> reader) {
    Node value = raw(key);
    List<Node> items =
        value == null
            ? List.of()
            : value instanceof Node.Sequence sequence ? sequence.items() : List.of(value);
    List<T> values = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String itemPath = path(key.name()) + (value instanceof Node.Sequence ? "[" + i + "]" : "");
      T item = reader.read(items.get(i), itemPath, problems);
      if (item != null) {
        values.add(item);
      }
    }
    return values;
  }

  /** True where {@code key} is missing or an empty list. */
  public boolean isEmpty(Key<?> key) {
    Node.Entry entry = entry(key);
    return entry == null
        || (entry.value() instanceof Node.Sequence sequence && sequence.items().isEmpty());
  }

  /** The fields of the map under {@code key}; no fields where it is missing or wrong. */
  public Fields map(Key<?> key, Section inner) {
    Node.Entry entry = entry(key);
    Fields fields = entry == null ? null : of(entry.value(), path(key.name()), inner, problems);
    return fields == null ? none(node.place(), path(key.name()), inner, problems) : fields;
  }

  /** The fields of the map, or of each map of the list, under {@code key}. */
  public List<Fields> maps(Key<?> key, Section inner) {
    Node.Entry entry = entry(key);
    if (entry == null) {
      return List.of();
    }
    List<Fields> all = new ArrayList<>();
    if (!(entry.value() instanceof Node.Sequence sequence)) {
      Fields fields = of(entry.value(), path(key.name()), inner, problems);
      return fields == null ? List.of() : List.of(fields);
    }
    for (int i = 0; i < sequence.items().size(); i++) {
      String itemPath = path(key.name()) + "[" + i + "]";
      Fields fields = of(sequence.items().get(i), itemPath, inner, problems);
      if (fields != null) {
        all.add(fields);
      }
    }
    return all;
  }

  /** The raw value of {@code key}; null where it is missing. */
  public @Nullable Node raw(Key<?> key) {
    Node.Entry entry = entry(key);
    return entry == null ? null : entry.value();
  }

  private Node.@Nullable Entry entry(Key<?> key) {
    if (!section.keys().contains(key)) {
      throw new IllegalArgumentException(section.title() + " has no key " + key.name());
    }
    return node.entries().get(key.name());
  }

  /**
   * One value or a list of them, each once; empty where it is wrong, which is reported.
   *
   * @param reader of one value
   */
  public static <T> List<T> values(Node value, String path, Reader<T> reader, Problems problems) {
    if (!(value instanceof Node.Sequence sequence)) {
      T only = reader.read(value, path, problems);
      return only == null ? List.of() : List.of(only);
    }
    if (sequence.items().isEmpty()) {
      problems.add(value.place(), path, "must have at least one value, found none");
    }
    Map<T, String> seen = new LinkedHashMap<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Node item = sequence.items().get(i);
      String itemPath = path + "[" + i + "]";
      T itemValue = reader.read(item, itemPath, problems);
      String first = itemValue == null ? null : seen.putIfAbsent(itemValue, itemPath);
      if (first != null) {
        problems.add(
            item.place(),
            itemPath,
            "must differ from the other values, found " + item.describe() + " as in " + first);
      }
    }
    return List.copyOf(seen.keySet());
  }
}
