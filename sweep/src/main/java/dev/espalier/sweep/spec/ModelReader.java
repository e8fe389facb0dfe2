package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Nearest;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.workers.facts.Architecture;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.ListedLayer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code model}: the networks of a sweep, each an architecture or a list of layers. */
final class ModelReader {
  private final Fields config;
  private final Map<String, Architecture> named = new LinkedHashMap<>();
  private final List<Model> models = new ArrayList<>();

  ModelReader(Fields config) {
    this.config = config;
  }

  List<Model> read() {
    if (config.raw(Keys.MODEL) instanceof Node.Sequence list && list.items().isEmpty()) {
      config.wrong(Keys.MODEL, "must have at least one network, found none");
    }
    for (Fields fields : config.maps(Keys.MODEL, Sections.MODEL)) {
      List<BigDecimal> widths = fields.some(Keys.WIDTH, List.of(BigDecimal.ONE));
      for (Architecture architecture : architectures(fields)) {
        widths.forEach(width -> add(fields, new Model(architecture, width)));
      }
    }
    return models;
  }

  private void add(Fields fields, Model model) {
    if (models.contains(model)) {
      fields.wrong(
          "must differ from the other networks, found "
              + model.name()
              + " of width "
              + model.width()
              + " again");
    }
    models.add(model);
  }

  private List<Architecture> architectures(Fields fields) {
    if (fields.has(Keys.LAYERS)) {
      fields.refuse(Keys.ARCHITECTURE, "with layers, which are one");
      return List.of(listed(fields));
    }
    fields.refuse(Keys.LIST_NAME, "without layers; an architecture has a name");
    if (!fields.has(Keys.ARCHITECTURE)) {
      fields.wrong(
          Keys.ARCHITECTURE,
          "is missing; it must be %s, or layers must be there"
              .formatted(Keys.ARCHITECTURE.rule().words(false)));
    }
    return fields.some(Keys.ARCHITECTURE, List.of()).stream()
        .<Architecture>map(Architecture.Known::new)
        .toList();
  }

  private Architecture listed(Fields fields) {
    String name = fields.one(Keys.LIST_NAME, Keys.ANY_LIST);
    Architecture listed =
        new Architecture.Listed(name, fields.list(Keys.LAYERS, ModelReader::line));
    Architecture other = named.putIfAbsent(name, listed);
    if (other != null && !other.equals(listed)) {
      fields.wrong(
          Keys.LIST_NAME, "must differ from those of the other lists, found " + name + " again");
    }
    return listed;
  }

  /** A line as {@link ListedLayer#text} writes it; null where it is wrong, which is reported. */
  private static @Nullable String line(Node node, String path, Problems problems) {
    if (!(node instanceof Node.Scalar scalar)) {
      return Keys.LAYERS.rule().read(node, path, problems);
    }
    try {
      return ListedLayer.read(scalar.text()).text();
    } catch (IllegalArgumentException e) {
      String kind = scalar.text().strip().split("\\s+", 2)[0];
      List<String> kinds = ListedLayer.FORMS.stream().map(form -> form.split(" ", 2)[0]).toList();
      String hint = kinds.contains(kind) ? "" : Nearest.hint(kind, kinds);
      problems.add(node.place(), path, e.getMessage() + hint);
      return null;
    }
  }
}
