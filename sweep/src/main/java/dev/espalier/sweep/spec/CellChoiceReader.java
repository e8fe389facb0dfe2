package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Reader;
import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.config.Section;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.TrainOptions;
import dev.espalier.workers.facts.Architecture.Listed;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Networks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads {@code include} and {@code exclude}: choices by the parameters of this config. */
final class CellChoiceReader {
  static final String OWN = "with baseline.from, which brings its own network";

  private final Fields config;
  private final boolean own;
  private final Key<String> network;
  private final Map<String, Option<?>> options = new LinkedHashMap<>();
  private final Map<String, Key<?>> keys = new LinkedHashMap<>();
  private final Section section;

  CellChoiceReader(Fields config, List<Model> models, List<Pipeline> pipelines, boolean own) {
    this.config = config;
    this.own = own;
    TrainOptions.all().forEach(option -> options.put(option.parameter(), option));
    for (Pipeline pipeline : pipelines) {
      pipeline.parameters().forEach(options::putIfAbsent);
    }
    this.network = Keys.network(Rule.choice(networks(models)));
    keys.put(CellChoice.ARCHITECTURE, network);
    keys.put(CellChoice.WIDTH, Keys.WIDTH);
    options.forEach((name, option) -> keys.put(name, Sections.cell(name, option)));
    this.section = Sections.cells(List.copyOf(keys.values()));
  }

  /** The maps under a key, in the order of {@link #read}. */
  List<Fields> maps(Key<?> key) {
    return config.maps(key, section);
  }

  List<CellChoice> read(Key<?> key) {
    return config.maps(key, section).stream().map(this::choice).toList();
  }

  private CellChoice choice(Fields fields) {
    if (fields.isEmpty()) {
      fields.wrong("must have at least one key, found none");
    }
    if (own) {
      fields.refuse(network, OWN);
      fields.refuse(Keys.WIDTH, OWN);
    }
    Map<String, List<Object>> values = new LinkedHashMap<>();
    put(values, fields, network);
    put(values, fields, Keys.WIDTH);
    options.forEach((name, option) -> put(values, fields, key(name), option.form()));
    return new CellChoice(values);
  }

  /** The architectures, and the lists of layers of this config. */
  private static List<String> networks(List<Model> models) {
    return Stream.concat(
            Networks.architectures().stream(),
            models.stream().filter(m -> m.architecture() instanceof Listed).map(Model::name))
        .distinct()
        .toList();
  }

  private Key<?> key(String name) {
    return Objects.requireNonNull(keys.get(name), name);
  }

  private static <T> void put(Map<String, List<Object>> values, Fields fields, Key<T> key) {
    put(values, fields, key, key.rule());
  }

  private static <T> void put(
      Map<String, List<Object>> values, Fields fields, Key<?> key, Reader<T> reader) {
    List<T> chosen = fields.axis(key, reader);
    if (!chosen.isEmpty()) {
      values.put(key.name(), List.copyOf(chosen));
    }
  }
}
