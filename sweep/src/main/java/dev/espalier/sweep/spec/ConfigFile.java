package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Node;
import java.util.HashMap;
import java.util.Map;

/**
 * A config as it was read: the sweep, and where in the file each value stands.
 *
 * @param places by path, such as {@code grid.sparsity[2]}; that of the file by the empty path
 */
public record ConfigFile(SweepSpec spec, Map<String, String> places) {
  public ConfigFile {
    places = Map.copyOf(places);
  }

  static ConfigFile of(SweepSpec spec, String file, Node root) {
    Map<String, String> places = new HashMap<>();
    places.put("", file);
    collect(root, "", places);
    return new ConfigFile(spec, places);
  }

  /**
   * A problem that was found once the config had been read, with its place before it: that of the
   * value, or of the nearest map around it that stands in the file.
   *
   * @param problem begins with a path and a colon
   */
  public String locate(String problem) {
    int colon = problem.indexOf(": ");
    String path = colon < 0 ? "" : problem.substring(0, colon);
    while (!places.containsKey(path)) {
      path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
    return places.get(path) + ": " + problem;
  }

  private static void collect(Node node, String path, Map<String, String> places) {
    if (node instanceof Node.Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (key, entry) -> {
                String below = path.isEmpty() ? key : path + "." + key;
                places.put(below, entry.place().text());
                collect(entry.value(), below, places);
              });
    } else if (node instanceof Node.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        Node item = sequence.items().get(i);
        places.put(path + "[" + i + "]", item.place().text());
        collect(item, path + "[" + i + "]", places);
      }
    }
  }
}
