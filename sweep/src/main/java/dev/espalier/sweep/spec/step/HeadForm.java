package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.reshape.NewHead;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a classifier in their order: one line, a list of them, or an empty list. Lists of
 * lists are an axis.
 *
 * @param rule of one line, for what is no text
 */
record HeadForm(Rule<String> rule) implements OptionForm<List<String>> {
  @Override
  public @Nullable List<String> read(Node node, String path, Problems problems) {
    boolean list = node instanceof Node.Sequence;
    List<Node> lines = node instanceof Node.Sequence many ? many.items() : List.of(node);
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String layer = line(lines.get(i), list ? path + "[" + i + "]" : path, problems);
      if (layer != null) {
        layers.add(layer);
      }
    }
    return layers.size() == lines.size() ? layers : null;
  }

  private @Nullable String line(Node node, String path, Problems problems) {
    if (!(node instanceof Node.Scalar scalar)) {
      return rule.read(node, path, problems);
    }
    try {
      return NewHead.line(scalar.text()).text();
    } catch (IllegalArgumentException e) {
      problems.add(node.place(), path, String.valueOf(e.getMessage()));
      return null;
    }
  }

  @Override
  public Object write(List<String> layers) {
    return layers;
  }

  @Override
  public Serializable parameter(List<String> layers) {
    return layers.isEmpty() ? "none" : String.join(", ", layers);
  }

  @Override
  public String slug(List<String> layers) {
    return layers.isEmpty() ? "none" : String.join("-", layers).replace(" ", "");
  }
}
