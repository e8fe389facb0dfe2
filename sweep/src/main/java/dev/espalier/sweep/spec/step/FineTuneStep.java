package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code fine-tune}: trains on, keeping zeros, shared values and frozen layers. */
public record FineTuneStep() implements StepKind {
  private static final Rule<Integer> RULE = Rule.whole("[0, 10000]");

  public static final Option<Integer> EPOCHS =
      Option.told(
          Key.some("epochs", RULE, StepKind.REQUIRED, "number of epochs; 0: none"),
          "fine-tune-epochs",
          "ft",
          OptionForm.number(RULE));

  private static final WordForm<CentroidGradient> GRADIENTS =
      WordForm.of(List.of(CentroidGradient.values()), CentroidGradient::word);

  public static final Option<CentroidGradient> CENTROID_GRADIENT =
      Option.of(
          Key.some(
              "centroid-gradient",
              GRADIENTS.rule(),
              "`sum`",
              "gradient of a shared value: the sum or the mean of its weights' gradients; ignored"
                  + " if no earlier step clusters"),
          "fine-tune-centroid-gradient",
          "grad-",
          GRADIENTS);

  public static final RecipeOptions RECIPE = new RecipeOptions("fine-tune", RateForm.OF_TUNING);
  private static final LearningRate RATE =
      new LearningRate.Given(new Schedule.Constant(new BigDecimal("0.005"), 0));
  private static final List<Option<?>> OPTIONS = options(EPOCHS, RECIPE.all());

  private static List<Option<?>> options(Option<?> first, List<Option<?>> rest) {
    List<Option<?>> options = new ArrayList<>();
    options.add(first);
    options.addAll(rest);
    options.add(CENTROID_GRADIENT);
    return List.copyOf(options);
  }

  @Override
  public String word() {
    return "fine-tune";
  }

  @Override
  public String note() {
    return "The epochs of the learning rate are counted from the start of the step. Pruned weights"
        + " stay zero, weights that share a value continue to share it, and frozen layers stay"
        + " unchanged.";
  }

  @Override
  public String meaning() {
    return "how a network is fine-tuned";
  }

  @Override
  public List<Option<?>> options() {
    return OPTIONS;
  }

  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    OptionValues baseline = before.getOrDefault("baseline", OptionValues.NONE);
    return RECIPE
        .values(TrainOptions.recipe(baseline))
        .with(RECIPE.learningRate, RATE)
        .with(CENTROID_GRADIENT, CentroidGradient.SUM);
  }

  /**
   * The recipe that the values of all options make.
   *
   * @param start the stage that starts the network of the trial
   */
  public static Recipe recipe(OptionValues values, Stage start) {
    return RECIPE.recipe(values, values.get(RECIPE.learningRate).schedule(start));
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return values.get(EPOCHS) == 0;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    boolean shared = place.before().contains("cluster");
    List<NamedOption> told =
        varied.stream()
            .filter(option -> shared || !option.equals(values.named(CENTROID_GRADIENT)))
            .toList();
    Recipe recipe = recipe(values, place.start());
    return List.of(new FineTune(recipe, values.get(EPOCHS), gradient(values, place), told));
  }

  /** How shared values are trained, where a step before makes some. */
  static CentroidGradient gradient(OptionValues values, StepPlace place) {
    return place.before().contains("cluster")
        ? values.get(CENTROID_GRADIENT)
        : CentroidGradient.SUM;
  }

  @Override
  public @Nullable String objectionAfter(
      @Nullable OptionValues baseline, OptionValues values, Map<String, OptionValues> defaults) {
    return objection(baseline, values, values.get(EPOCHS));
  }

  /** Why a learning rate cannot be that of {@code epochs} after a baseline; null if it can. */
  static @Nullable String objection(
      @Nullable OptionValues baseline, OptionValues values, int epochs) {
    int trained = baseline == null ? 0 : baseline.get(TrainOptions.EPOCHS);
    return values.get(RECIPE.learningRate).objection(trained, epochs);
  }
}
