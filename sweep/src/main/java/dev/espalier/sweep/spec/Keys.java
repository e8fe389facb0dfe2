package dev.espalier.sweep.spec;

import static dev.espalier.sweep.spec.Key.REQUIRED;
import static dev.espalier.sweep.spec.Key.each;
import static dev.espalier.sweep.spec.Key.map;
import static dev.espalier.sweep.spec.Key.one;
import static dev.espalier.sweep.spec.Key.some;

import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.Cluster;
import java.math.BigDecimal;
import java.util.List;

/** Every key of a config with its rule and its default: the parser and docs/config.md share it. */
final class Keys {
  private static final String SEED_RANGE = "[0, 9007199254740991]";
  // No control characters, no line breaks of any kind and no half letters: no file has such a name.
  private static final String A_PATH =
      "[^\\p{Cntrl}\\x{80}-\\x{9F}\\x{2028}\\x{2029}\\x{FEFF}\\p{Cs}]+";
  private static final String LAYER_GLOB = "[A-Za-z0-9_.*?/-]+";

  static final Key<String> NAME =
      one(
          "name",
          Rule.text("lower-case letters, digits and hyphens (at most 100)", "[a-z0-9-]{1,100}"),
          REQUIRED,
          "names the sweep and its folder, `runs/<name>`");
  static final Key<String> DATASET = map("dataset", "a map", REQUIRED, "which images");
  static final Key<String> MODEL =
      map(
          "model",
          "a map or a list of maps",
          "required, unless `baseline.from` is given",
          "which networks; a list of maps makes an axis of networks of different kinds");
  static final Key<String> BASELINE =
      map("baseline", "a map", REQUIRED, "where the dense network comes from");
  static final Key<String> FINE_TUNE =
      map("fine-tune", "a map", "as its keys say", "how a network is trained on");
  static final Key<String> PRUNE = map("prune", "a map", "as its keys say", "what may be pruned");
  static final Key<String> CLUSTER =
      map("cluster", "a map", "as its keys say", "what may share values");
  static final Key<String> GRID = map("grid", "a map", REQUIRED, "the axes, which multiply");
  static final Key<String> INCLUDE =
      map("include", "a map or a list of maps", "none", "cells to add, after `exclude` has cut");
  static final Key<String> EXCLUDE =
      map("exclude", "a map or a list of maps", "none", "cells to cut from the grid");
  static final Key<Long> SEEDS =
      some(
          "seeds",
          Rule.longWhole(SEED_RANGE),
          "`[1]`",
          "of initialization, data order and augmentation; an axis too");
  static final Key<String> OBJECTIVES =
      map("objectives", "a map", "accuracy against size", "what spans the front");
  static final Key<Retention> CHECKPOINTS =
      one(
          "checkpoints",
          Rule.one(List.of(Retention.values()), Retention::word),
          "`continuable`",
          "which are kept: `all`, with the optimizer's state after each fine-tuning; `continuable`,"
              + " with that state only where a planned stage continues; `front`, only the networks"
              + " on the front once the sweep is complete");

  static final Key<String> DATASET_NAME =
      one(
          "name",
          Rule.choice(List.of("cifar10", "mnist", "fashion-mnist", "images", "shapes")),
          REQUIRED,
          "`images` is a folder of your own, `shapes` is drawn and needs no files");
  static final Key<String> PATH =
      one(
          "path",
          Rule.text("a path", A_PATH),
          "required for `images`, unknown to the others",
          "a folder with a folder of PNG or JPEG files for each class");
  static final Key<Integer> TRAIN =
      one(
          "train",
          Rule.whole("[0, 100000000]"),
          "`0`",
          "images to train on; 0: all that validation leaves");
  static final Key<Integer> VALIDATION =
      one(
          "validation",
          Rule.whole("[1, 100000000]"),
          "`1000` for `shapes`, required for `images`, else `5000`",
          "images to choose by: of the folder `val` if `images` has one, else taken away from the"
              + " training set");
  static final Key<Integer> SIZE =
      one(
          "size",
          Rule.whole("[8, 512]"),
          "`32` for `images`, for `shapes` its own, unknown to the others",
          "images are squares of this many pixels a side");

  static final Key<String> ARCHITECTURE =
      some("architecture", Rule.choice(Networks.architectures()), REQUIRED, "the kind of network");
  static final Key<BigDecimal> WIDTH =
      some("width", Rule.decimal("(0, 4]"), "`1`", "multiplies the channels of every layer");

  static final Key<String> FROM =
      one(
          "from",
          Rule.text("a path", A_PATH),
          "none: the baseline is trained",
          "a file with your own network, a Deeplearning4j ComputationGraph; then `model`, `epochs`"
              + " and `learning-rate` are not allowed, and the other keys are for fine-tuning");
  static final Key<String> INPUT =
      map(
          "input",
          Rule.choiceOrMap(List.of("file", "data")),
          "`file`; not allowed without `from`",
          "how pixels become what that network reads: `file`, as its file says, and as `data` where"
              + " it says nothing; `data`, by the mean and deviation of the training images");
  static final Key<BigDecimal> MEAN =
      each(
          "mean",
          Rule.decimal("[-1000, 1000]"),
          REQUIRED,
          "what becomes 0, white being 1 and black 0");
  static final Key<BigDecimal> DEVIATION =
      each(
          "deviation",
          Rule.decimal("(0, 1000]"),
          REQUIRED,
          "how far above the mean that is which becomes 1");
  static final Key<Integer> EPOCHS =
      one(
          "epochs",
          Rule.whole("[1, 100000]"),
          "required, unless `from` is given",
          "to train the baseline for");
  static final Key<Integer> BATCH =
      one(
          "batch",
          Rule.whole("[1, 65536]"),
          "`64`; for fine-tuning the baseline's",
          "images in a step");
  static final Key<BigDecimal> LEARNING_RATE =
      map(
          "learning-rate",
          Rule.decimalOrMap("(0, 10]"),
          "cosine from `0.05`; for fine-tuning constant `0.005`",
          "a number is a constant rate");
  static final Key<BigDecimal> MOMENTUM =
      one(
          "momentum",
          Rule.decimal("[0, 1)"),
          "`0.9`; for fine-tuning the baseline's",
          "of SGD, after Nesterov");
  static final Key<BigDecimal> WEIGHT_DECAY =
      one(
          "weight-decay",
          Rule.decimal("[0, 1]"),
          "`0.0005`; for fine-tuning the baseline's",
          "L2, on kernels only");
  static final Key<String> AUGMENT =
      map(
          "augment",
          "a map",
          "by data set; for fine-tuning the baseline's",
          "how training images are varied");

  static final Key<String> SCHEDULE =
      one(
          "schedule",
          Rule.choice(List.of("constant", "steps", "cosine")),
          "`constant`",
          "`cosine` falls to 0 at the last epoch, so that fine-tunings of different length share"
              + " no epochs");
  static final Key<BigDecimal> INITIAL =
      one("initial", Rule.decimal("(0, 10]"), REQUIRED, "the rate at its highest");
  static final Key<Integer> WARM_UP =
      one("warm-up", Rule.whole("[0, 10000]"), "`0`", "epochs over which the rate rises from 0");
  static final Key<Integer> AT =
      some(
          "at",
          Rule.whole("[1, 100000]"),
          "required for `steps`, not allowed otherwise",
          "epochs at which the rate falls, rising");
  static final Key<BigDecimal> FACTOR =
      one(
          "factor",
          Rule.decimal("(0, 1)"),
          "`0.1` for `steps`, not allowed otherwise",
          "the rate is multiplied by it at each of these epochs");

  static final Key<Boolean> FLIP =
      one(
          "flip",
          Rule.flag(),
          "`true` for `cifar10` and `images`, else `false`",
          "mirror images left to right, each with probability one half");
  static final Key<Integer> SHIFT =
      one(
          "shift",
          Rule.whole("[0, 64]"),
          "`4` for `cifar10`, an eighth of `size` for `images`, else `0`",
          "move images by up to this many pixels each way");

  static final Key<String> EXCLUDE_LAYERS =
      some(
          "exclude-layers",
          Rule.text("a glob of layer names, of letters, digits and _.*?/-", LAYER_GLOB),
          "none; for clustering those of `prune`",
          "layers that are left alone");
  static final Key<Boolean> DEPTHWISE =
      one("depthwise", Rule.flag(), "`false`", "whether depthwise kernels are touched too");

  static final Key<BigDecimal> SPARSITY =
      some(
          "sparsity",
          Rule.decimal("[0, 1)"),
          "`0`",
          "fraction of prunable weights that become zero; 0: not pruned");
  static final Key<Scope> SCOPE =
      some(
          "scope",
          Rule.one(List.of(Scope.values()), Scope::word),
          "`flat`",
          "one ranking over the network, or the same sparsity in every layer; without meaning where"
              + " sparsity is 0");
  static final Key<Integer> FINE_TUNE_EPOCHS =
      some(
          "fine-tune-epochs",
          Rule.whole("[0, 10000]"),
          "`0`",
          "epochs to train on after pruning; 0: none");
  static final Key<Integer> CENTROIDS =
      some(
          "centroids",
          Rule.wholeOrNone("[1, " + Cluster.MAX_CENTROIDS + "]"),
          "`none`",
          "at most this many shared non-zero values in each layer; `none`: not clustered");

  /** The reader takes the metrics of the catalogue that it is given. */
  private static final Rule<String> METRIC =
      Rule.choice(Objectives.names(MetricCatalogue.STANDARD));

  static final Key<String> MAXIMIZE =
      some("maximize", METRIC, "none", "metrics, the more the better");
  static final Key<String> MINIMIZE =
      some("minimize", METRIC, "none", "metrics, the less the better");

  private Keys() {}
}
