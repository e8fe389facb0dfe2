package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Nearest;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionReader;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code pipelines}.
 *
 * @param defaults of each kind of step, by its word
 */
record PipelineReader(Methods methods, Map<String, OptionValues> defaults, Problems problems) {
  private static final String NONE = "none";

  /** Every pipeline without a problem; what is wrong with others is reported. */
  List<Pipeline> read(Node node, String path) {
    if (!(node instanceof Node.Mapping mapping)) {
      if (!(node instanceof Node.Broken)) {
        problems.add(
            node.place(), path, "must be a map of lists of steps, found " + node.describe());
      }
      return List.of();
    }
    if (mapping.entries().isEmpty()) {
      problems.add(node.place(), path, "must have at least one pipeline, found none");
    }
    List<Pipeline> pipelines = new ArrayList<>();
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              String place = path + "." + name;
              if (Pipeline.NAMES.complaint(name) != null) {
                problems.add(
                    entry.place(), place, "the name must be " + Pipeline.NAMES.words(false));
              }
              pipelines.add(new Pipeline(name, steps(entry.value(), place)));
            });
    return pipelines;
  }

  private List<Step> steps(Node node, String path) {
    if (!(node instanceof Node.Sequence list)) {
      if (!(node instanceof Node.Broken)) {
        problems.add(node.place(), path, "must be a list of steps, found " + node.describe());
      }
      return List.of();
    }
    if (list.items().isEmpty()) {
      problems.add(node.place(), path, "must have at least one step, found none");
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      Node item = list.items().get(i);
      Step step = step(item, path + "[" + i + "]");
      if (step != null) {
        Step before = steps.isEmpty() ? null : steps.get(steps.size() - 1);
        if (before != null && before.kind().equals(step.kind()) && !step.kind().followsItself()) {
          problems.add(
              item.place(),
              path + "[" + i + "]",
              "must not follow a step of its kind directly, found %s after %s"
                  .formatted(step.kind().word(), step.kind().word()));
        }
        steps.add(step);
      }
    }
    return steps;
  }

  private @Nullable Step step(Node node, String path) {
    if (!(node instanceof Node.Mapping mapping) || mapping.entries().size() != 1) {
      if (!(node instanceof Node.Broken)) {
        String found =
            node instanceof Node.Mapping many
                ? "a map of " + many.entries().size() + " keys"
                : node.describe();
        problems.add(
            node.place(), path, "must be a map of one step, such as prune: {...}, found " + found);
      }
      return null;
    }
    Map.Entry<String, Node.Entry> only = mapping.entries().entrySet().iterator().next();
    String word = only.getKey();
    if (!methods.words().contains(word)) {
      String hint = Nearest.hint(word, methods.words());
      problems.add(
          only.getValue().place(),
          path + "." + word,
          "unknown step" + (hint.isEmpty() ? "; there are " + words() : hint));
      return null;
    }
    StepKind kind = methods.step(word);
    return new Step(kind, alternatives(kind, only.getValue().value(), path + "." + word));
  }

  private String words() {
    return String.join(", ", methods.words());
  }

  /** A map of options, a value of the main option, the word for no step, or a list of these. */
  private List<Optional<Axes>> alternatives(StepKind kind, Node node, String path) {
    boolean list = node instanceof Node.Sequence;
    List<Node> items = node instanceof Node.Sequence many ? many.items() : List.of(node);
    if (items.isEmpty()) {
      problems.add(node.place(), path, "must have at least one value, found none");
    }
    List<Optional<Axes>> alternatives = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String itemPath = list ? path + "[" + i + "]" : path;
      Optional<Axes> alternative = alternative(kind, items.get(i), itemPath);
      if (alternatives.contains(alternative)) {
        problems.add(
            items.get(i).place(), itemPath, "must differ from the other values, found it again");
      }
      alternatives.add(alternative);
    }
    return alternatives;
  }

  private Optional<Axes> alternative(StepKind kind, Node node, String path) {
    OptionValues presets = defaults.getOrDefault(kind.word(), OptionValues.NONE);
    if (node instanceof Node.Scalar scalar) {
      return scalar.text().equals(NONE)
          ? Optional.empty()
          : Optional.of(main(node, path, kind.options().get(0)));
    }
    Node map = node instanceof Node.Nothing ? new Node.Mapping(node.place(), Map.of()) : node;
    Fields fields = Fields.of(map, path, kind.section(), problems);
    if (fields == null) {
      return Optional.of(Axes.NONE);
    }
    kind.require(fields, presets);
    return Optional.of(OptionReader.axes(fields, kind.options()));
  }

  private <T> Axes main(Node node, String path, Option<T> option) {
    T value = option.form().read(node, path, problems);
    return value == null ? Axes.NONE : Axes.NONE.with(option, List.of(value));
  }
}
