package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionReader;
import dev.espalier.sweep.spec.step.TrainOptions;
import dev.espalier.workers.facts.Architecture;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A spec as maps, lists and scalars under the keys of the config, nothing left to a default. */
final class SpecTree {
  private SpecTree() {}

  static Map<String, Object> of(SweepSpec spec) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.NAME, spec.name());
    put(tree, Keys.DATASET, dataset(spec.dataset()));
    if (!spec.models().isEmpty()) {
      put(tree, Keys.MODEL, spec.models().stream().map(SpecTree::model).toList());
    }
    put(tree, Keys.BASELINE, baseline(spec.baseline()));
    spec.defaults().forEach((word, values) -> tree.put(word, OptionReader.write(values)));
    if (spec.hasGrid()) {
      put(tree, Keys.GRID, GridReader.write(spec.pipelines().get(0)));
    } else {
      Map<String, Object> pipelines = new LinkedHashMap<>();
      spec.pipelines()
          .forEach(
              pipeline ->
                  pipelines.put(
                      pipeline.name(), pipeline.steps().stream().map(SpecTree::step).toList()));
      put(tree, Keys.PIPELINES, pipelines);
    }
    if (!spec.exclude().isEmpty()) {
      put(tree, Keys.EXCLUDE, choices(spec.exclude(), spec.pipelines()));
    }
    if (!spec.include().isEmpty()) {
      put(tree, Keys.INCLUDE, choices(spec.include(), spec.pipelines()));
    }
    put(tree, Keys.SEEDS, spec.seeds());
    Map<String, Object> objectives = new LinkedHashMap<>();
    put(objectives, Keys.MAXIMIZE, spec.objectives().maximize());
    put(objectives, Keys.MINIMIZE, spec.objectives().minimize());
    put(tree, Keys.OBJECTIVES, objectives);
    put(tree, Keys.CONTROLS, spec.controls());
    put(tree, Keys.CHECKPOINTS, spec.checkpoints().word());
    return tree;
  }

  private static Map<String, Object> dataset(DataSource source) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.DATASET_NAME, source.name());
    if (source.path() != null) {
      put(tree, Keys.PATH, source.path());
    }
    put(tree, Keys.TRAIN, source.train());
    put(tree, Keys.VALIDATION, source.validation());
    if (source.size() > 0) {
      put(tree, Keys.SIZE, source.size());
    }
    if (source.channels() > 0) {
      put(tree, Keys.CHANNELS, source.channels());
    }
    return tree;
  }

  private static Map<String, Object> model(Model model) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (model.architecture() instanceof Architecture.Listed listed) {
      put(tree, Keys.LIST_NAME, listed.name());
      put(tree, Keys.LAYERS, listed.layers());
    } else {
      put(tree, Keys.ARCHITECTURE, model.name());
    }
    put(tree, Keys.WIDTH, model.width());
    return tree;
  }

  private static Map<String, Object> baseline(Baseline baseline) {
    if (baseline instanceof Baseline.Train train) {
      return OptionReader.write(train.axes());
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    if (baseline instanceof Baseline.From own) {
      put(tree, Keys.FROM, own.path());
      put(tree, Keys.INPUT, input(own.input()));
    }
    return tree;
  }

  private static Object input(BaselineInput input) {
    if (input instanceof BaselineInput.Given given) {
      Map<String, Object> tree = new LinkedHashMap<>();
      put(tree, Keys.MEAN, given.mean());
      put(tree, Keys.DEVIATION, given.deviation());
      return tree;
    }
    return input instanceof BaselineInput.OfData ? "data" : "file";
  }

  /** A step as the map of its options, or as a list of such maps. */
  private static Map<String, Object> step(Step step) {
    List<Object> alternatives =
        step.alternatives().stream()
            .<Object>map(axes -> axes.<Object>map(OptionReader::write).orElse("none"))
            .toList();
    return Map.of(
        step.kind().word(), alternatives.size() == 1 ? alternatives.get(0) : alternatives);
  }

  private static List<Map<String, Object>> choices(
      List<CellChoice> choices, List<Pipeline> pipelines) {
    Map<String, Option<?>> options = new LinkedHashMap<>();
    TrainOptions.all().forEach(option -> options.put(option.parameter(), option));
    pipelines.forEach(pipeline -> pipeline.parameters().forEach(options::putIfAbsent));
    return choices.stream().map(choice -> choice(choice, options)).toList();
  }

  private static Map<String, Object> choice(CellChoice choice, Map<String, Option<?>> options) {
    Map<String, Object> tree = new LinkedHashMap<>();
    choice
        .values()
        .forEach(
            (name, values) -> {
              Option<?> option = options.get(name);
              tree.put(name, option == null ? values : list(option, values));
            });
    return tree;
  }

  private static Object list(Option<?> option, List<Object> values) {
    Axes axes = Axes.NONE.with(List.of(option), Map.of(option, values));
    Object written = axes.written(option);
    return values.size() == 1 && option.key().form() != Key.Form.LISTS ? List.of(written) : written;
  }

  private static void put(Map<String, Object> tree, Key<?> key, Object value) {
    tree.put(key.name(), value);
  }
}
