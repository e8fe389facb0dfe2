package dev.espalier.sweep.spec;

import java.util.List;

/**
 * A map of the config.
 *
 * @param title where the map stands
 * @param note what the reference says before the table; may be empty
 * @param keys which it takes, in the order of the reference
 * @param preset what stands for any key that is missing here; empty where each key says it itself
 */
record Section(String title, String note, List<Key<?>> keys, String preset) {
  static final Section CONFIG =
      section(
          "config",
          "The whole file.",
          Keys.NAME,
          Keys.DATASET,
          Keys.MODEL,
          Keys.BASELINE,
          Keys.FINE_TUNE,
          Keys.PRUNE,
          Keys.CLUSTER,
          Keys.GRID,
          Keys.INCLUDE,
          Keys.EXCLUDE,
          Keys.SEEDS,
          Keys.OBJECTIVES,
          Keys.CHECKPOINTS);
  static final Section DATASET =
      section(
          "dataset",
          "[images.md](images.md) says how a folder of images is laid out, and what becomes of its"
              + " pixels.",
          Keys.DATASET_NAME,
          Keys.PATH,
          Keys.TRAIN,
          Keys.VALIDATION,
          Keys.SIZE);
  static final Section MODEL =
      section(
          "model",
          "Lists multiply: two architectures at two widths are four networks.",
          Keys.ARCHITECTURE,
          Keys.WIDTH);
  static final Section BASELINE =
      section(
          "baseline",
          "",
          Keys.FROM,
          Keys.INPUT,
          Keys.EPOCHS,
          Keys.BATCH,
          Keys.LEARNING_RATE,
          Keys.MOMENTUM,
          Keys.WEIGHT_DECAY,
          Keys.AUGMENT);
  static final Section INPUT =
      section(
          "input",
          "In `baseline`, with `from`: the network reads (pixel / 255 - mean) / deviation. A network"
              + " that reads pixels in [0, 1] has mean 0 and deviation 1; in [-1, 1], 0.5 and 0.5; in"
              + " [0, 255], 0 and 0.00392156862745098.",
          Keys.MEAN,
          Keys.DEVIATION);
  static final Section FINE_TUNE =
      section(
          "fine-tune",
          "How long is an axis of the grid. The learning rate counts epochs from the pruned network.",
          Keys.BATCH,
          Keys.LEARNING_RATE,
          Keys.MOMENTUM,
          Keys.WEIGHT_DECAY,
          Keys.AUGMENT);
  static final Section LEARNING_RATE =
      section(
          "learning-rate",
          "In `baseline` and in `fine-tune`.",
          Keys.SCHEDULE,
          Keys.INITIAL,
          Keys.WARM_UP,
          Keys.AT,
          Keys.FACTOR);
  static final Section AUGMENT =
      section("augment", "In `baseline` and in `fine-tune`.", Keys.FLIP, Keys.SHIFT);
  static final Section PRUNE = section("prune", "", Keys.EXCLUDE_LAYERS, Keys.DEPTHWISE);
  static final Section CLUSTER = section("cluster", "", Keys.EXCLUDE_LAYERS, Keys.DEPTHWISE);
  static final Section GRID =
      section(
          "grid",
          "At least one axis. The product of all axes, networks and seeds has at most 100,000 cells.",
          Keys.SPARSITY,
          Keys.SCOPE,
          Keys.FINE_TUNE_EPOCHS,
          Keys.CENTROIDS);
  static final Section CELLS =
      section(
              "include and exclude",
              "A map of at least one key, or a list of such maps. `exclude` cuts the cells that match all"
                  + " of a map's keys. `include` adds the product of its values; it adds no networks.",
              Keys.ARCHITECTURE,
              Keys.WIDTH,
              Keys.SPARSITY,
              Keys.SCOPE,
              Keys.FINE_TUNE_EPOCHS,
              Keys.CENTROIDS)
          .presetTo("any value; in `include` all values of the grid or of `model`");
  static final Section OBJECTIVES =
      section(
          "objectives",
          "At least one in all, see [metrics.md](metrics.md). Metrics of the test split are shown, but never"
              + " used to choose. A latency is measured once all stages are over, on the machine of `run`, which"
              + " should do nothing else then; it is noted with the machine and is no part of `verify`.",
          Keys.MAXIMIZE,
          Keys.MINIMIZE);

  /** In the order of the reference. */
  static final List<Section> ALL =
      List.of(
          CONFIG,
          DATASET,
          MODEL,
          BASELINE,
          INPUT,
          FINE_TUNE,
          LEARNING_RATE,
          AUGMENT,
          PRUNE,
          CLUSTER,
          GRID,
          CELLS,
          OBJECTIVES);

  Section {
    keys = List.copyOf(keys);
  }

  List<String> names() {
    return keys.stream().<String>map(Key::name).toList();
  }

  /** The words for a missing {@code key} of this map. */
  String preset(Key<?> key) {
    return preset.isEmpty() ? key.preset() : preset;
  }

  private Section presetTo(String other) {
    return new Section(title, note, keys, other);
  }

  private static Section section(String title, String note, Key<?>... keys) {
    return new Section(title, note, List.of(keys), "");
  }
}
