package dev.espalier.sweep.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts {@code --set path=value} over a parsed config. */
public final class Overrides {
  private final Problems problems;

  public Overrides(Problems problems) {
    this.problems = problems;
  }

  /** The config with each of {@code overrides} in its place, the later the stronger. */
  public Node apply(Node root, List<String> overrides) {
    Node result = root;
    for (int i = 0; i < overrides.size(); i++) {
      result = apply(result, overrides.get(i), i);
    }
    return result;
  }

  private Node apply(Node root, String override, int index) {
    int equals = override.indexOf('=');
    String path = equals < 0 ? override : override.substring(0, equals);
    SourceLocation place = SourceLocation.override(path, index);
    if (!path.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*") || equals < 0) {
      problems.add(
          place, "", "must be path=value, such as grid.sparsity=[0,0.5], found " + override);
      return root;
    }
    Node value =
        YamlText.parse(override.substring(equals + 1), (line, column) -> place, path, problems);
    return put(root, "", List.of(path.split("\\.")), new Node.Entry(place, value));
  }

  private Node put(Node node, String path, List<String> keys, Node.Entry entry) {
    if (keys.isEmpty()) {
      return entry.value();
    }
    if (node instanceof Node.Nothing) {
      return put(new Node.Mapping(entry.place(), Map.of()), path, keys, entry);
    }
    if (node instanceof Node.Broken) {
      return node;
    }
    if (!(node instanceof Node.Mapping mapping)) {
      problems.add(
          entry.place(), path, "must be a map to set a key in it, found " + node.describe());
      return node;
    }
    String key = keys.get(0);
    String keyPath = path.isEmpty() ? key : path + "." + key;
    Node.Entry old = mapping.entries().get(key);
    Node inner = old == null ? new Node.Mapping(entry.place(), Map.of()) : old.value();
    Node value = put(inner, keyPath, keys.subList(1, keys.size()), entry);
    SourceLocation place = old == null || keys.size() == 1 ? entry.place() : old.place();
    Map<String, Node.Entry> entries = new LinkedHashMap<>(mapping.entries());
    entries.put(key, new Node.Entry(place, value));
    return new Node.Mapping(mapping.place(), entries);
  }
}
