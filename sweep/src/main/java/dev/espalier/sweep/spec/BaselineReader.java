package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionReader;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.TrainOptions;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import java.math.BigDecimal;
import java.util.List;

/** Reads {@code baseline}. */
final class BaselineReader {
  private static final Schedule RATE = new Schedule.Cosine(new BigDecimal("0.05"), 0);

  /** What is read while the right value is missing. */
  private static final int ANY_EPOCHS = 1;

  private final Fields fields;
  private final Axes axes;

  BaselineReader(Fields fields, DataSource data) {
    this.fields = fields;
    boolean own = fields.has(Keys.FROM);
    OptionValues presets = presets(data);
    Axes complete = Axes.NONE;
    Axes given = own ? single(fields) : OptionReader.axes(fields, TrainOptions.all());
    for (Option<?> option : TrainOptions.all()) {
      complete = complete(complete, given, presets, option);
    }
    this.axes = complete;
  }

  private static Axes single(Fields fields) {
    Axes axes = Axes.NONE;
    OptionValues values = OptionReader.values(fields, TrainOptions.all());
    for (Option<?> option : values.options()) {
      axes = single(axes, values, option);
    }
    return axes;
  }

  private static <T> Axes single(Axes axes, OptionValues values, Option<T> option) {
    return axes.with(option, List.of(values.get(option)));
  }

  private static <T> Axes complete(Axes axes, Axes given, OptionValues presets, Option<T> option) {
    List<T> values = given.find(option);
    return axes.with(option, values == null ? List.of(presets.get(option)) : values);
  }

  /** By data set: photographs may be mirrored and moved, digits and shapes are not. */
  private static OptionValues presets(DataSource data) {
    boolean cifar10 = data.name().equals("cifar10");
    boolean images = data.name().equals("images");
    Recipe recipe =
        new Recipe(
            RATE,
            64,
            new BigDecimal("0.9"),
            new BigDecimal("0.0005"),
            cifar10 || images,
            cifar10 ? 4 : images ? data.size() / 8 : 0);
    return TrainOptions.RECIPE.values(recipe).with(TrainOptions.EPOCHS, ANY_EPOCHS);
  }

  /** The first value of each option, which fine-tuning takes as its default. */
  OptionValues defaults() {
    return axes.first();
  }

  Baseline baseline() {
    BaselineInput input = input();
    if (fields.has(Keys.FROM)) {
      fields.refuse(TrainOptions.EPOCHS.key(), "with baseline.from");
      fields.refuse(
          TrainOptions.RECIPE.learningRate.key(),
          "with baseline.from; see fine-tune.learning-rate");
      String from = fields.one(Keys.FROM);
      return new Baseline.From(from == null ? "" : from, input);
    }
    fields.refuse(Keys.INPUT, "without baseline.from");
    fields.require(TrainOptions.EPOCHS.key());
    return new Baseline.Train(axes);
  }

  private BaselineInput input() {
    if (!(fields.raw(Keys.INPUT) instanceof Node.Mapping)) {
      return "data".equals(fields.one(Keys.INPUT))
          ? new BaselineInput.OfData()
          : new BaselineInput.OfFile();
    }
    Fields input = fields.map(Keys.INPUT, Sections.INPUT);
    input.require(Keys.MEAN);
    input.require(Keys.DEVIATION);
    return new BaselineInput.Given(input.each(Keys.MEAN), input.each(Keys.DEVIATION));
  }
}
