package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.facts.Recipe;
import java.util.ArrayList;
import java.util.List;

/** The options by which the baseline is trained, each of which may be an axis. */
public final class TrainOptions {
  private static final Rule<Integer> RULE = Rule.whole("[1, 100000]");

  public static final Option<Integer> EPOCHS =
      Option.of(
          Key.some("epochs", RULE, "required, unless `from` is given", "number of training epochs"),
          "baseline-epochs",
          "e",
          OptionForm.number(RULE));

  public static final RecipeOptions RECIPE = new RecipeOptions("baseline", RateForm.OF_BASELINE);

  private TrainOptions() {}

  /** All of them, in the order of the reference. */
  public static List<Option<?>> all() {
    List<Option<?>> all = new ArrayList<>();
    all.add(EPOCHS);
    all.addAll(RECIPE.all());
    return List.copyOf(all);
  }

  /** The recipe of these values. */
  public static Recipe recipe(OptionValues values) {
    if (!(values.get(RECIPE.learningRate) instanceof LearningRate.Given given)) {
      throw new IllegalArgumentException("a baseline must have its own learning rate");
    }
    return RECIPE.recipe(values, given.schedule());
  }
}
