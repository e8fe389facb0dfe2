package dev.espalier.sweep.spec;

import static dev.espalier.sweep.config.Key.REQUIRED;
import static dev.espalier.sweep.config.Key.each;
import static dev.espalier.sweep.config.Key.list;
import static dev.espalier.sweep.config.Key.map;
import static dev.espalier.sweep.config.Key.maps;
import static dev.espalier.sweep.config.Key.one;
import static dev.espalier.sweep.config.Key.set;
import static dev.espalier.sweep.config.Key.some;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.model.ListedLayer;
import dev.espalier.workers.model.Networks;
import java.math.BigDecimal;
import java.util.List;

/** Every key of a config with its rule and its default: the parser and docs/config.md share it. */
final class Keys {
  private static final String SEED_RANGE = "[0, 9007199254740991]";
  // No control characters, no line breaks of any kind and no half letters: no file has such a name.
  // Written as JavaScript reads it too, for the schema.
  private static final String A_PATH =
      "[^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029\\uFEFF\\uD800-\\uDFFF]+";

  static final Key<String> NAME =
      one(
          "name",
          Rule.text("lower-case letters, digits and hyphens (at most 100)", "[a-z0-9-]{1,100}"),
          REQUIRED,
          "names the sweep and its folder, `runs/<name>`");
  static final Key<String> DATASET = map("dataset", "a map", REQUIRED, "which images");
  static final Key<String> MODEL =
      maps(
          "model",
          "required, unless `baseline.from` is given",
          "the network; a list of maps is an axis of networks of different kinds");
  static final Key<String> BASELINE =
      map(
          "baseline",
          "a map",
          REQUIRED,
          "how the dense network is trained, or where it is read from");
  static final Key<String> SEMANTICS =
      one(
          Semantics.KEY,
          Rule.choice(Semantics.WORDS),
          "none: the defaults of this page",
          "steps use the defaults of another tool, unless the config sets a value itself");
  static final Key<String> GRID =
      map(
          "grid",
          "a map",
          "required, unless `pipelines` is given",
          "axes of pruning, fine-tuning and clustering, which multiply; short for one pipeline");
  static final Key<String> PIPELINES =
      map(
          "pipelines",
          "a map of lists of steps",
          "none; not allowed with `grid`",
          "the steps of each pipeline, in order, by its name");
  static final Key<String> INCLUDE =
      maps("include", "none", "cells to add, after `exclude` is applied");
  static final Key<String> EXCLUDE = maps("exclude", "none", "cells to remove from the grid");
  static final Key<Long> SEEDS =
      some(
          "seeds",
          Rule.longWhole(SEED_RANGE),
          "`[1]`",
          "seeds of initialization, data order and augmentation; an axis");
  static final Key<String> OBJECTIVES =
      map("objectives", "a map", "accuracy against size", "the metrics that span the front");
  static final Key<Boolean> CONTROLS =
      one(
          "controls",
          Rule.flag(),
          "`false`",
          "adds reference trials, which are never on the front: random pruning to the same"
              + " sparsities, and dense networks of fewer channels with the same MACs, see"
              + " [controls.md](controls.md)");
  static final Key<Retention> CHECKPOINTS =
      one(
          "checkpoints",
          Rule.one(List.of(Retention.values()), Retention::word),
          "`continuable`",
          "which checkpoints are kept: `all`, with the optimizer's state after each fine-tuning; `continuable`,"
              + " with the optimizer's state only where a planned stage continues; `front`, only the networks"
              + " on the front once the sweep is complete");

  static final Key<String> DATASET_NAME =
      one(
          "name",
          Rule.choice(List.of("cifar10", "mnist", "fashion-mnist", "images", "shapes")),
          REQUIRED,
          "`images` is your own folder, `shapes` is drawn and needs no files");
  static final Key<String> PATH =
      one(
          "path",
          Rule.text("a path", A_PATH),
          "required for `images`, not allowed otherwise",
          "a folder that contains a folder of PNG or JPEG files for each class");
  static final Key<Integer> TRAIN =
      one(
          "train",
          Rule.whole("[0, 100000000]"),
          "`0`",
          "number of training images; 0: all except validation images");
  static final Key<Integer> VALIDATION =
      one(
          "validation",
          Rule.whole("[1, 100000000]"),
          "`1000` for `shapes`, required for `images`, else `5000`",
          "number of validation images: from the folder `val` if `images` has one, else taken from the"
              + " training set");
  static final Key<Integer> SIZE =
      one(
          "size",
          Rule.whole("[8, 512]"),
          "`32` for `images`, else the size of the data set's images",
          "images are resized to squares of this many pixels a side");
  static final Key<Integer> CHANNELS =
      one(
          "channels",
          Rule.one(List.of(3), Object::toString),
          "the channels of the data set's images",
          "`3`: a grey image gets three equal channels, for a network that reads colours");

  static final Key<String> ARCHITECTURE =
      some(
          "architecture",
          Rule.choice(Networks.architectures()),
          "required, unless `layers` is given",
          "the kind of network");
  static final Key<String> LAYERS =
      list(
          "layers",
          Rule.text("a layer, such as conv 16 3", ListedLayer.pattern(ListedLayer.FORMS)),
          "none; not allowed with `architecture`",
          "a network of these layers, one after the other, followed by an output layer, which is not"
              + " listed");

  /** The name of a list of layers that has none. */
  static final String ANY_LIST = "layers";

  static final Key<String> LIST_NAME =
      one(
          "name",
          Rule.text(
              "lower-case letters, digits and hyphens (at most 40), and no architecture",
              "(?!(%s)$)[a-z0-9-]{1,40}".formatted(String.join("|", Networks.architectures()))),
          "`" + ANY_LIST + "`; not allowed without `layers`",
          "name of the `layers` network in trials and charts; different lists must have different"
              + " names");
  static final Key<BigDecimal> WIDTH =
      some("width", Rule.decimal("(0, 4]"), "`1`", "multiplies the channels of every layer");

  /** The networks in {@code include} and {@code exclude}. */
  static Key<String> network(Rule<String> rule) {
    return some(ARCHITECTURE.name(), rule, "", "the kind of network");
  }

  static final Key<String> FROM =
      one(
          "from",
          Rule.text("a path", A_PATH),
          "none: the baseline is trained",
          "file with your own network, an ONNX file or a Deeplearning4j ComputationGraph; then"
              + " `model`, `epochs` and `learning-rate` are not allowed, and the other keys apply to"
              + " fine-tuning");
  static final Key<String> INPUT =
      map(
          "input",
          Rule.choiceOrMap(List.of("file", "data")),
          "`file`; not allowed without `from`",
          "how pixels are normalized for that network: `file`, as its file says, or as `data` if"
              + " the file says nothing; `data`, by the mean and deviation of the training images");
  static final Key<BigDecimal> MEAN =
      each(
          "mean",
          Rule.decimal("[-1000, 1000]"),
          REQUIRED,
          "the value that becomes 0, on a scale from 0 (black) to 1 (white)");
  static final Key<BigDecimal> DEVIATION =
      each(
          "deviation",
          Rule.decimal("(0, 1000]"),
          REQUIRED,
          "the distance from the mean to the value that becomes 1");

  /** The reader takes the metrics of the catalogue that it is given. */
  private static final Rule<String> METRIC =
      Rule.choice(Objectives.names(MetricCatalogue.STANDARD));

  static final Key<String> MAXIMIZE =
      set("maximize", METRIC, "none", "metrics of which more is better");
  static final Key<String> MINIMIZE =
      set("minimize", METRIC, "none", "metrics of which less is better");

  private Keys() {}
}
