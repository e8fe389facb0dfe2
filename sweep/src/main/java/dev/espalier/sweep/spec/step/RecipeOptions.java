package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.config.Section;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import java.math.BigDecimal;
import java.util.List;

/** The options by which a network is trained: those of {@code baseline} and {@code fine-tune}. */
public final class RecipeOptions {
  private static final Rule<Integer> BATCH = Rule.whole("[1, 65536]");
  private static final Rule<BigDecimal> MOMENTUM = Rule.decimal("[0, 1)");
  private static final Rule<BigDecimal> WEIGHT_DECAY = Rule.decimal("[0, 1]");
  private static final Rule<Integer> SHIFT = Rule.whole("[0, 64]");

  private static final Key<Integer> BATCH_KEY =
      Key.some("batch", BATCH, "`64`; for fine-tuning the baseline's", "images per step");
  private static final Key<BigDecimal> MOMENTUM_KEY =
      Key.some(
          "momentum",
          MOMENTUM,
          "`0.9`; for fine-tuning the baseline's",
          "Nesterov momentum of SGD");
  private static final Key<BigDecimal> DECAY_KEY =
      Key.some(
          "weight-decay",
          WEIGHT_DECAY,
          "`0.0005`; for fine-tuning the baseline's",
          "L2 penalty, on kernels only");
  private static final Key<String> AUGMENT_KEY =
      Key.map(
          "augment",
          "a map",
          "by data set; for fine-tuning the baseline's",
          "augmentation of training images");

  private static final Key<Boolean> FLIP =
      Key.some(
          "flip",
          Rule.flag(),
          "`true` for `cifar10` and `images`, else `false`",
          "mirror images left to right, each with a probability of one half");
  private static final Key<Integer> SHIFT_KEY =
      Key.some(
          "shift",
          SHIFT,
          "`4` for `cifar10`, an eighth of `size` for `images`, else `0`",
          "shift images by up to this many pixels in each direction");

  /** How training images are varied. */
  public static final Nested AUGMENT =
      new Nested(
          AUGMENT_KEY, Section.of("augment", "In `baseline` and in `fine-tune`.", FLIP, SHIFT_KEY));

  public final Option<Integer> batch;
  public final Option<LearningRate> learningRate;
  public final Option<BigDecimal> momentum;
  public final Option<BigDecimal> weightDecay;
  public final Option<Boolean> flip;
  public final Option<Integer> shift;

  /**
   * The options of one section.
   *
   * @param section {@code baseline} or {@code fine-tune}, before each parameter's name
   * @param rate the forms that its learning rate may have
   */
  RecipeOptions(String section, RateForm rate) {
    batch = Option.of(BATCH_KEY, section + "-batch", "b", OptionForm.number(BATCH));
    learningRate = Option.of(key(rate), section + "-learning-rate", "lr", rate);
    momentum = Option.of(MOMENTUM_KEY, section + "-momentum", "m", OptionForm.number(MOMENTUM));
    weightDecay =
        Option.of(DECAY_KEY, section + "-weight-decay", "wd", OptionForm.number(WEIGHT_DECAY));
    flip = new Option<>(FLIP, AUGMENT, section + "-flip", "flip", false, OptionForm.flag());
    shift =
        new Option<>(
            SHIFT_KEY, AUGMENT, section + "-shift", "shift", false, OptionForm.number(SHIFT));
  }

  private static Key<LearningRate> key(RateForm rate) {
    return Key.some(
        "learning-rate",
        rate.rule(),
        "cosine from `0.05`; for fine-tuning constant `0.005`",
        rate.equals(RateForm.OF_BASELINE)
            ? "a number is a constant rate"
            : "a number is a constant rate; `rewind`: as in the baseline's last epochs");
  }

  /** All of them, in the order of the reference. */
  public List<Option<?>> all() {
    return List.of(batch, learningRate, momentum, weightDecay, flip, shift);
  }

  /**
   * The recipe that the values of all of them make.
   *
   * @param rate the schedule that the learning rate comes to in a trial
   */
  Recipe recipe(OptionValues values, Schedule rate) {
    return new Recipe(
        rate,
        values.get(batch),
        values.get(momentum),
        values.get(weightDecay),
        values.get(flip),
        values.get(shift));
  }

  /** The values that make a recipe whose schedule is its own. */
  public OptionValues values(Recipe recipe) {
    return OptionValues.NONE
        .with(batch, recipe.batch())
        .with(learningRate, new LearningRate.Given(recipe.learningRate()))
        .with(momentum, recipe.momentum())
        .with(weightDecay, recipe.weightDecay())
        .with(flip, recipe.flip())
        .with(shift, recipe.shift());
  }
}
