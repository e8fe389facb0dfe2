package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Recalibrate;
import dev.espalier.workers.stage.Stage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code recalibrate}: takes the running statistics of batch norm anew. */
public record RecalibrateStep() implements StepKind {
  private static final Rule<Integer> RULE = Rule.whole("[1, 1000000]");

  public static final Option<Integer> IMAGES =
      Option.told(
          Key.some(
              "images",
              RULE,
              "`1000`",
              "number of training images to use, the first ones of the data set, without"
                  + " augmentation; at most all of them"),
          "recalibrate-images",
          "cal",
          OptionForm.number(RULE));

  @Override
  public String word() {
    return "recalibrate";
  }

  @Override
  public String note() {
    return "The running mean and variance of every batch norm that is not frozen are replaced by averages"
        + " over batches of "
        + Recalibrate.BATCH
        + " images. Each batch norm normalizes by the mean and variance of the batch, as in"
        + " training; a smaller last batch is weighted by its number of images. The variance is the biased one."
        + " Nothing else changes. `recalibrate: none` leaves the step out.";
  }

  @Override
  public String meaning() {
    return "how batch norm statistics are measured again, without training";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(IMAGES);
  }

  @Override
  public OptionValues presets(Map<String, OptionValues> before) {
    return OptionValues.NONE.with(IMAGES, 1000);
  }

  @Override
  public boolean changesNothing(OptionValues values) {
    return false;
  }

  @Override
  public List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place) {
    return List.of(new Recalibrate(values.get(IMAGES), varied));
  }

  @Override
  public @Nullable String objectionTo(OptionValues values, PlannedNetwork network) {
    return network.parameters().stream().anyMatch(parameter -> parameter.key().equals("mean"))
        ? null
        : "must be used with a network with batch norm, found none; exclude such trials";
  }
}
