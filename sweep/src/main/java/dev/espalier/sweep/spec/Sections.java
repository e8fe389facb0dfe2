package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.config.Section;
import dev.espalier.sweep.spec.step.ClusterStep;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.PruneOptions;
import dev.espalier.sweep.spec.step.QuantizeStep;
import dev.espalier.sweep.spec.step.RateForm;
import dev.espalier.sweep.spec.step.RecipeOptions;
import dev.espalier.sweep.spec.step.StepKind;
import dev.espalier.sweep.spec.step.TrainOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The maps of a config.
 *
 * @param config the whole file
 * @param steps the defaults of each kind of step, by its word
 * @param cells the maps of {@code include} and {@code exclude}, with the parameters of each step
 *     once
 */
public record Sections(Section config, Map<String, Section> steps, Section cells) {
  static final Section DATASET =
      Section.of(
          "dataset",
          "[images.md](images.md) describes the layout of a folder of images and the processing of its"
              + " pixels.",
          Keys.DATASET_NAME,
          Keys.PATH,
          Keys.TRAIN,
          Keys.VALIDATION,
          Keys.SIZE,
          Keys.CHANNELS);
  static final Section MODEL =
      Section.of(
          "model",
          "Lists multiply: two architectures at two widths are four networks. [Layer"
              + " lists](#layer-lists) define your own network in one line.",
          Keys.ARCHITECTURE,
          Keys.LAYERS,
          Keys.LIST_NAME,
          Keys.WIDTH);
  static final Section BASELINE =
      Section.of(
          "baseline",
          "Lists multiply: three numbers of epochs and two learning rates give six baselines of each"
              + " network. Lists are not allowed with `from`. Fine-tuning uses the first value of a list as its"
              + " default.",
          baseline());
  static final Section INPUT =
      Section.of(
          "input",
          "In `baseline`, with `from`: the network reads (pixel / 255 - mean) / deviation. A network"
              + " that reads pixels in [0, 1] has mean 0 and deviation 1; in [-1, 1], 0.5 and 0.5; in"
              + " [0, 255], 0 and 0.00392156862745098.",
          Keys.MEAN,
          Keys.DEVIATION);
  static final Section OBJECTIVES =
      Section.of(
          "objectives",
          "At least one in total, see [metrics.md](metrics.md). Metrics of the test split are shown, but never"
              + " used to choose. A latency is measured after all stages, on the machine of `run`, which"
              + " should be otherwise idle; it is stored with the machine and is not part of `verify`.",
          Keys.MAXIMIZE,
          Keys.MINIMIZE);

  private static final Rule<String> ANY_NETWORK =
      Rule.text(Keys.ARCHITECTURE.rule().words(false) + ", or the name of a list of layers", ".*");

  private static final Map<Option<?>, Key<?>> GRID_KEYS = gridKeys();

  static final Section GRID =
      new Section(
          "grid",
          "At least one axis. Short for the pipeline `prune`, `fine-tune`, `cluster`, `quantize`; the product of"
              + " all axes, networks and seeds has at most 100,000 cells.",
          List.copyOf(GRID_KEYS.values()),
          "");

  /** The sections of a config that may name {@code methods}. */
  public static Sections of(Methods methods) {
    List<Key<?>> config =
        new ArrayList<>(
            List.of(Keys.NAME, Keys.DATASET, Keys.MODEL, Keys.BASELINE, Keys.SEMANTICS));
    Map<String, Section> steps = new LinkedHashMap<>();
    List<Key<?>> cells = new ArrayList<>(List.of(Keys.network(ANY_NETWORK), Keys.WIDTH));
    TrainOptions.all().forEach(option -> cells.add(cell(option.parameter(), option)));
    for (StepKind kind : methods.steps()) {
      config.add(Key.map(kind.word(), "a map", "the defaults of its keys", kind.meaning()));
      steps.put(kind.word(), kind.section());
      kind.options().forEach(option -> cells.add(cell(option.parameter(), option)));
    }
    config.addAll(
        List.of(
            Keys.GRID,
            Keys.PIPELINES,
            Keys.INCLUDE,
            Keys.EXCLUDE,
            Keys.SEEDS,
            Keys.OBJECTIVES,
            Keys.CONTROLS,
            Keys.CHECKPOINTS));
    return new Sections(new Section("config", "The whole file.", config, ""), steps, cells(cells));
  }

  /** The map of {@code include} and {@code exclude} with these parameters. */
  static Section cells(List<Key<?>> parameters) {
    return new Section(
        "include and exclude",
        "A map of at least one key, or a list of such maps. Keys are parameters of trials; parameters of a"
            + " step that occurs in a pipeline for the second time end in `.2`. `exclude` removes the"
            + " cells that match all keys of a map. `include` adds to each pipeline that has all keys"
            + " of a map the product of its values; it adds no networks and no baselines.",
        parameters,
        "any value; in `include` all values of the config");
  }

  /** The key of a parameter in a map of {@code include} or {@code exclude}. */
  static Key<?> cell(String parameter, Option<?> option) {
    Key<?> key = option.key();
    return key.form() == Key.Form.LISTS
        ? Key.lists(parameter, key.rule(), "", key.meaning())
        : Key.some(parameter, key.rule(), "", key.meaning());
  }

  /** The key of a kind of step in a config. */
  Key<?> step(StepKind kind) {
    return config.keys().stream()
        .filter(key -> key.name().equals(kind.word()))
        .findFirst()
        .orElseThrow();
  }

  /** The map of the defaults of a kind of step. */
  Section defaults(StepKind kind) {
    return Objects.requireNonNull(steps.get(kind.word()), kind.word());
  }

  /** All of them, in the order of the reference. */
  public List<Section> all() {
    List<Section> all = new ArrayList<>(List.of(config, DATASET, MODEL, BASELINE, INPUT));
    for (Section step : steps.values()) {
      all.add(step);
      if (step.title().equals("fine-tune")) {
        all.add(RateForm.SECTION);
        all.add(RecipeOptions.AUGMENT.section());
      }
    }
    all.addAll(List.of(GRID, cells, OBJECTIVES));
    return all;
  }

  /** The map that may stand under a key of one of them; null where none may. */
  public @Nullable Section under(Key<?> key) {
    if (key.equals(Keys.INCLUDE) || key.equals(Keys.EXCLUDE)) {
      return cells;
    }
    if (key.name().endsWith(RateForm.SECTION.title())) {
      return RateForm.SECTION; // of parameters too: fine-tune-learning-rate
    }
    boolean isMap = key.form() == Key.Form.MAP || key.form() == Key.Form.MAPS;
    return all().stream()
        .filter(section -> isMap && section.title().equals(key.name()))
        .findFirst()
        .orElse(null);
  }

  private static Key<?>[] baseline() {
    List<Key<?>> keys = new ArrayList<>(List.of(Keys.FROM, Keys.INPUT));
    for (Option<?> option : TrainOptions.all()) {
      Key<?> key = option.within() == null ? option.key() : option.within().key();
      if (!keys.contains(key)) {
        keys.add(key);
      }
    }
    return keys.toArray(Key<?>[]::new);
  }

  private static Map<Option<?>, Key<?>> gridKeys() {
    Map<Option<?>, Key<?>> keys = new LinkedHashMap<>();
    keys.put(PruneOptions.SPARSITY, axis(PruneOptions.SPARSITY, "`0`"));
    keys.put(PruneOptions.SCOPE, axis(PruneOptions.SCOPE, "`flat`"));
    keys.put(FineTuneStep.EPOCHS, axis(FineTuneStep.EPOCHS, "`0`"));
    keys.put(ClusterStep.CENTROIDS, axis(ClusterStep.CENTROIDS, "`none`"));
    keys.put(QuantizeStep.FORMAT, axis(QuantizeStep.FORMAT, "no such step"));
    return keys;
  }

  private static Key<?> axis(Option<?> option, String preset) {
    return Key.some(option.parameter(), option.key().rule(), preset, option.key().meaning());
  }

  /** The key of an axis of {@code grid}. */
  static Key<?> grid(Option<?> option) {
    return Objects.requireNonNull(GRID_KEYS.get(option), option.parameter());
  }
}
