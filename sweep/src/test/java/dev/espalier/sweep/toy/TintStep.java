package dev.espalier.sweep.toy;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionForm;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepKind;
import dev.espalier.sweep.spec.step.StepPlace;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** {@code tint}: the step of {@link Tint}. */
public record TintStep() implements StepKind {
  private static final Rule<BigDecimal> STRENGTH_RULE = Rule.decimal("[0, 10]");
  private static final Rule<Integer> IMAGES_RULE = Rule.whole("[1, 1000]");

  static final Option<BigDecimal> STRENGTH =
      Option.told(
          Key.some("strength", STRENGTH_RULE, REQUIRED, "how much; 0: not at all"),
          "tint",
          "tint",
          OptionForm.number(STRENGTH_RULE));
  static final Option<Integer> IMAGES =
      Option.of(
          Key.some("images", IMAGES_RULE, "`8`", "how many images are averaged"),
          "tint-images",
          "n",
          OptionForm.number(IMAGES_RULE));

  @Override
  public String word() {
    return "tint";
  }

  @Override
  public String note() {
    return "";
  }

  @Override
  public String meaning() {
    return "how the output is tinted";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(STRENGTH, IMAGES);
  }

  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    return OptionValues.NONE.with(IMAGES, 8);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return values.get(STRENGTH).signum() == 0;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    return List.of(new Tint(values.get(STRENGTH), values.get(IMAGES), varied));
  }
}
