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

/** {@code fine-tune}: trains on, keeping zeros, shared values and frozen layers. */
public record FineTuneStep() implements StepKind {
  private static final Rule<Integer> RULE = Rule.whole("[0, 10000]");

  public static final Option<Integer> EPOCHS =
      Option.told(
          Key.some("epochs", RULE, StepKind.REQUIRED, "epochs to train on; 0: none"),
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
              "of weights that share a value: the sum or the mean of their gradients; without"
                  + " meaning where no step before clusters"),
          "fine-tune-centroid-gradient",
          "grad-",
          GRADIENTS);

  private static final RecipeOptions RECIPE = new RecipeOptions("fine-tune");
  private static final Schedule RATE = new Schedule.Constant(new BigDecimal("0.005"), 0);
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
    return "The learning rate counts epochs from the network that the step starts with. Pruned weights"
        + " stay zero, weights that share a value go on sharing it, and frozen layers stay as they"
        + " are.";
  }

  @Override
  public String meaning() {
    return "how a network is trained on";
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

  /** The recipe that the values of all options make. */
  public static Recipe recipe(OptionValues values) {
    return RECIPE.recipe(values);
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
    CentroidGradient gradient = shared ? values.get(CENTROID_GRADIENT) : CentroidGradient.SUM;
    return List.of(new FineTune(RECIPE.recipe(values), values.get(EPOCHS), gradient, told));
  }
}
