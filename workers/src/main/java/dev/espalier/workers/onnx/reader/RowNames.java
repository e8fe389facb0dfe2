package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.Network;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names of rows, as near to those of the program that wrote the file as letters, digits, dots,
 * hyphens and underscores allow: {@code layer1.0.conv1} for the weights {@code
 * layer1.0.conv1.weight} or the node {@code /layer1/layer1.0/conv1/Conv}.
 */
final class RowNames {
  private static final int MOST_CHARACTERS = 100;
  private static final String WEIGHTS = ".weight";

  private final Set<String> taken = new HashSet<>(Set.of(Network.INPUT));

  /**
   * A new name for the row of a node.
   *
   * @param weights name of its kernel in the file; empty where there is none
   */
  String next(Node node, String weights) {
    String name =
        weights.endsWith(WEIGHTS)
            ? weights.substring(0, weights.length() - WEIGHTS.length())
            : ofNode(node);
    String legal = name.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.-]+", "");
    legal = legal.substring(0, Math.min(legal.length(), MOST_CHARACTERS));
    if (legal.isEmpty()) {
      legal = node.type().toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "") + "-row";
    }
    return unique(legal);
  }

  /** This name, numbered where another row has it. */
  String unique(String name) {
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + "." + i;
    }
    return unique;
  }

  private static String ofNode(Node node) {
    List<String> parts = new ArrayList<>();
    for (String part : node.name().split("/", -1)) {
      // PyTorch repeats the path in the names of lists: /layer1/layer1.0.
      if (!parts.isEmpty() && part.startsWith(parts.get(parts.size() - 1) + ".")) {
        parts.remove(parts.size() - 1);
      }
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    int last = parts.size() - 1;
    if (last > 0 && parts.get(last).equals(node.type())) {
      parts.remove(last);
    }
    return parts.isEmpty() ? node.output() : String.join(".", parts);
  }
}
