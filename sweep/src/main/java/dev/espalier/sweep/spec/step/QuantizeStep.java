package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.facts.NumberFormat;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.QuantizeParameters;
import dev.espalier.workers.stage.QuantizeToInt8;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code quantize}: numbers of fewer bits, as the last step. */
public record QuantizeStep() implements StepKind {
  private static final WordForm<NumberFormat> WORDS =
      WordForm.of(List.of(NumberFormat.values()), NumberFormat::word);

  public static final Option<NumberFormat> FORMAT =
      Option.told(
          Key.some("format", WORDS.rule(), StepKind.REQUIRED, "the numbers: " + formats()),
          "quantize",
          "",
          WORDS);

  private static final Rule<Integer> IMAGES_RULE = Rule.whole("[1, 1000000]");

  public static final Option<Integer> IMAGES =
      Option.of(
          Key.some(
              "images",
              IMAGES_RULE,
              "`1000`",
              "for `int8`: number of training images from which the ranges of activations are measured, the"
                  + " first ones of the data set, without augmentation; at most all of them"),
          "quantize-images",
          "q",
          OptionForm.number(IMAGES_RULE));

  private static final Rule<BigDecimal> PERCENTILE_RULE = Rule.decimal("(50, 100]");

  public static final Option<BigDecimal> PERCENTILE =
      Option.of(
          Key.some(
              "percentile",
              PERCENTILE_RULE,
              "`100`",
              "for `int8`: percentage of a layer's values that its range covers; the rest is cut off in"
                  + " equal parts at both ends; 100: from the least to the greatest"),
          "quantize-percentile",
          "p",
          OptionForm.number(PERCENTILE_RULE));

  private static String formats() {
    return Stream.of(NumberFormat.values())
        .map(format -> "`%s`: %s".formatted(format.word(), format.meaning()))
        .collect(Collectors.joining("; "));
  }

  @Override
  public String word() {
    return "quantize";
  }

  @Override
  public String note() {
    return "It must be the last step of a pipeline. Kernels are symmetric, with a scale for each"
        + " output channel; dense layers and layers with shared values have one scale for the"
        + " kernel, so k shared values become at most k integers. Pruned weights stay zero."
        + " [quantization.md](quantization.md) describes the arithmetic and which accuracy is measured."
        + " `quantize: [none, int8]` runs trials with and without the step.";
  }

  @Override
  public String meaning() {
    return "how the precision of numbers is reduced";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(FORMAT, IMAGES, PERCENTILE);
  }

  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    return OptionValues.NONE.with(IMAGES, 1000).with(PERCENTILE, BigDecimal.valueOf(100));
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return values.get(FORMAT) == NumberFormat.FLOAT32;
  }

  @Override
  public boolean isLast() {
    return true;
  }

  /** Formats without ranges are one stage, whatever the options of ranges say. */
  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    NumberFormat format = values.get(FORMAT);
    return List.of(
        format == NumberFormat.INT8
            ? new QuantizeToInt8(values.get(IMAGES), values.get(PERCENTILE), varied)
            : new QuantizeParameters(format));
  }
}
