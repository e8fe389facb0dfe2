package dev.espalier.sweep.spec;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.prune.Scope;
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
    put(tree, Keys.FINE_TUNE, recipe(spec.fineTune()));
    put(tree, Keys.PRUNE, layers(spec.prune()));
    put(tree, Keys.CLUSTER, layers(spec.cluster()));
    put(tree, Keys.GRID, grid(spec.grid()));
    if (!spec.exclude().isEmpty()) {
      put(tree, Keys.EXCLUDE, spec.exclude().stream().map(SpecTree::choice).toList());
    }
    if (!spec.include().isEmpty()) {
      put(tree, Keys.INCLUDE, spec.include().stream().map(SpecTree::choice).toList());
    }
    put(tree, Keys.SEEDS, spec.seeds());
    Map<String, Object> objectives = new LinkedHashMap<>();
    put(objectives, Keys.MAXIMIZE, spec.objectives().maximize());
    put(objectives, Keys.MINIMIZE, spec.objectives().minimize());
    put(tree, Keys.OBJECTIVES, objectives);
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
    return tree;
  }

  private static Map<String, Object> model(Model model) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.ARCHITECTURE, model.architecture());
    put(tree, Keys.WIDTH, model.width());
    return tree;
  }

  private static Map<String, Object> baseline(Baseline baseline) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (baseline instanceof Baseline.From own) {
      put(tree, Keys.FROM, own.path());
      put(tree, Keys.INPUT, input(own.input()));
    } else if (baseline instanceof Baseline.Train train) {
      put(tree, Keys.EPOCHS, train.epochs());
      tree.putAll(recipe(train.recipe()));
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

  private static Map<String, Object> recipe(Recipe recipe) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.BATCH, recipe.batch());
    put(tree, Keys.LEARNING_RATE, schedule(recipe.learningRate()));
    put(tree, Keys.MOMENTUM, recipe.momentum());
    put(tree, Keys.WEIGHT_DECAY, recipe.weightDecay());
    Map<String, Object> augment = new LinkedHashMap<>();
    put(augment, Keys.FLIP, recipe.flip());
    put(augment, Keys.SHIFT, recipe.shift());
    put(tree, Keys.AUGMENT, augment);
    return tree;
  }

  private static Map<String, Object> schedule(Schedule schedule) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.SCHEDULE, kind(schedule));
    put(tree, Keys.INITIAL, schedule.initial());
    put(tree, Keys.WARM_UP, schedule.warmUp());
    if (schedule instanceof Schedule.Steps steps) {
      put(tree, Keys.AT, steps.at());
      put(tree, Keys.FACTOR, steps.factor());
    }
    return tree;
  }

  private static String kind(Schedule schedule) {
    if (schedule instanceof Schedule.Cosine) {
      return "cosine";
    }
    return schedule instanceof Schedule.Steps ? "steps" : "constant";
  }

  private static Map<String, Object> layers(Layers layers) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.EXCLUDE_LAYERS, layers.exclude());
    put(tree, Keys.DEPTHWISE, layers.depthwise());
    return tree;
  }

  private static Map<String, Object> grid(Grid grid) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.SPARSITY, grid.sparsity());
    put(tree, Keys.SCOPE, scopes(grid.scope()));
    put(tree, Keys.FINE_TUNE_EPOCHS, grid.fineTuneEpochs());
    put(tree, Keys.CENTROIDS, centroids(grid.centroids()));
    return tree;
  }

  private static Map<String, Object> choice(CellChoice choice) {
    Map<String, Object> tree = new LinkedHashMap<>();
    put(tree, Keys.ARCHITECTURE, choice.architecture());
    put(tree, Keys.WIDTH, choice.width());
    put(tree, Keys.SPARSITY, choice.sparsity());
    put(tree, Keys.SCOPE, scopes(choice.scope()));
    put(tree, Keys.FINE_TUNE_EPOCHS, choice.fineTuneEpochs());
    put(tree, Keys.CENTROIDS, centroids(choice.centroids()));
    tree.values().removeIf(List.of()::equals);
    return tree;
  }

  private static List<String> scopes(List<Scope> scopes) {
    return scopes.stream().map(Scope::word).toList();
  }

  private static List<Object> centroids(List<Integer> centroids) {
    return centroids.stream().map(count -> count == 0 ? (Object) "none" : count).toList();
  }

  private static void put(Map<String, Object> tree, Key<?> key, Object value) {
    tree.put(key.name(), value);
  }
}
