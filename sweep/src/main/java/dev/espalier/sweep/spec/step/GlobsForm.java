package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.Rule;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Globs of names, sorted: one, a list of them, or an empty list. Lists of lists are an axis.
 *
 * @param rule of one glob
 * @param ofLayers whether they are names of layers
 */
public record GlobsForm(Rule<String> rule, boolean ofLayers) implements OptionForm<List<String>> {
  @Override
  public @Nullable List<String> read(Node node, String path, Problems problems) {
    if (node instanceof Node.Sequence list && list.items().isEmpty()) {
      return List.of();
    }
    List<String> globs = Fields.values(node, path, rule, problems);
    return globs.isEmpty() ? null : globs.stream().sorted().toList();
  }

  @Override
  public Object write(List<String> globs) {
    return globs;
  }

  @Override
  public Serializable parameter(List<String> globs) {
    return globs.isEmpty() ? "none" : String.join(",", globs);
  }

  @Override
  public String slug(List<String> globs) {
    return globs.isEmpty()
        ? "-none"
        : String.join(",", globs).replace('*', '~').replace('?', '!').replace('/', '+');
  }

  @Override
  public List<String> layerGlobs(List<String> globs) {
    return ofLayers ? globs : List.of();
  }
}
