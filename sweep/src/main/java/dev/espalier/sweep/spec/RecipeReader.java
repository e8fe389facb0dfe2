package dev.espalier.sweep.spec;

import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how networks are trained: {@code baseline} and {@code fine-tune}. */
final class RecipeReader {
  private static final Schedule BASELINE_RATE = new Schedule.Cosine(new BigDecimal("0.05"), 0);
  private static final Schedule FINE_TUNE_RATE = new Schedule.Constant(new BigDecimal("0.005"), 0);

  /** What is read while the right value is missing. */
  private static final int ANY_EPOCHS = 1;

  private final Fields baseline;
  private final Fields fineTune;
  private final Recipe baselineRecipe;

  /**
   * @param size side of an image in pixels; 0 if the data set has its own
   */
  RecipeReader(Fields baseline, Fields fineTune, @Nullable String dataset, int size) {
    this.baseline = baseline;
    this.fineTune = fineTune;
    this.baselineRecipe = recipe(baseline, preset(dataset, size));
  }

  /** The defaults by data set: photographs may be mirrored and moved, digits and shapes are not. */
  private static Recipe preset(@Nullable String dataset, int size) {
    boolean cifar10 = "cifar10".equals(dataset);
    boolean images = "images".equals(dataset);
    return new Recipe(
        BASELINE_RATE,
        64,
        new BigDecimal("0.9"),
        new BigDecimal("0.0005"),
        cifar10 || images,
        cifar10 ? 4 : images ? size / 8 : 0);
  }

  Baseline baseline() {
    String from = baseline.one(Keys.FROM);
    BaselineInput input = input();
    if (baseline.has(Keys.FROM)) {
      baseline.refuse(Keys.EPOCHS, "with baseline.from");
      baseline.refuse(Keys.LEARNING_RATE, "with baseline.from; see fine-tune.learning-rate");
      return new Baseline.From(from == null ? "" : from, input);
    }
    baseline.refuse(Keys.INPUT, "without baseline.from");
    baseline.require(Keys.EPOCHS);
    return new Baseline.Train(baselineRecipe, baseline.one(Keys.EPOCHS, ANY_EPOCHS));
  }

  private BaselineInput input() {
    if (!(baseline.raw(Keys.INPUT) instanceof Node.Mapping)) {
      return "data".equals(baseline.one(Keys.INPUT))
          ? new BaselineInput.OfData()
          : new BaselineInput.OfFile();
    }
    Fields fields = baseline.map(Keys.INPUT, Section.INPUT);
    fields.require(Keys.MEAN);
    fields.require(Keys.DEVIATION);
    return new BaselineInput.Given(fields.each(Keys.MEAN), fields.each(Keys.DEVIATION));
  }

  Recipe fineTune() {
    Recipe preset =
        new Recipe(
            FINE_TUNE_RATE,
            baselineRecipe.batch(),
            baselineRecipe.momentum(),
            baselineRecipe.weightDecay(),
            baselineRecipe.flip(),
            baselineRecipe.shift());
    return recipe(fineTune, preset);
  }

  private static Recipe recipe(Fields fields, Recipe preset) {
    Fields augment = fields.map(Keys.AUGMENT, Section.AUGMENT);
    return new Recipe(
        schedule(fields, preset.learningRate()),
        fields.one(Keys.BATCH, preset.batch()),
        fields.one(Keys.MOMENTUM, preset.momentum()),
        fields.one(Keys.WEIGHT_DECAY, preset.weightDecay()),
        augment.one(Keys.FLIP, preset.flip()),
        augment.one(Keys.SHIFT, preset.shift()));
  }

  private static Schedule schedule(Fields recipe, Schedule preset) {
    if (!(recipe.raw(Keys.LEARNING_RATE) instanceof Node.Mapping)) {
      BigDecimal rate = recipe.one(Keys.LEARNING_RATE);
      return rate == null ? preset : new Schedule.Constant(rate, 0);
    }
    Fields fields = recipe.map(Keys.LEARNING_RATE, Section.LEARNING_RATE);
    String kind = fields.has(Keys.SCHEDULE) ? fields.one(Keys.SCHEDULE) : "constant";
    fields.require(Keys.INITIAL);
    BigDecimal initial = fields.one(Keys.INITIAL, preset.initial());
    int warmUp = fields.one(Keys.WARM_UP, 0);
    if (kind == null) {
      return preset;
    }
    if (kind.equals("steps")) {
      return steps(fields, initial, warmUp);
    }
    fields.refuse(Keys.AT, "with schedule " + kind + ", only with steps");
    fields.refuse(Keys.FACTOR, "with schedule " + kind + ", only with steps");
    return kind.equals("cosine")
        ? new Schedule.Cosine(initial, warmUp)
        : new Schedule.Constant(initial, warmUp);
  }

  private static Schedule steps(Fields fields, BigDecimal initial, int warmUp) {
    fields.require(Keys.AT);
    List<Integer> at = fields.some(Keys.AT, List.of());
    if (!at.equals(at.stream().sorted().toList())) {
      fields.wrong(Keys.AT, "must rise, found " + at);
      at = List.of();
    }
    return new Schedule.Steps(initial, at, fields.one(Keys.FACTOR, new BigDecimal("0.1")), warmUp);
  }
}
