package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.ClusterStep;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.PruneOptions;
import dev.espalier.sweep.spec.step.QuantizeStep;
import dev.espalier.workers.facts.NumberFormat;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code grid}, short for the pipeline {@code prune}, {@code fine-tune}, {@code cluster} and,
 * where it is named, {@code quantize}.
 *
 * @param defaults of each kind of step, by its word
 */
record GridReader(Methods methods, Map<String, OptionValues> defaults) {

  /** The pipeline; an axis that is missing has the step's default, or leaves the step out. */
  Pipeline read(Fields fields) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        step(
            "prune",
            axis(
                axis(Axes.NONE, fields, PruneOptions.SPARSITY, BigDecimal.ZERO),
                fields,
                PruneOptions.SCOPE,
                Scope.FLAT)));
    steps.add(step("fine-tune", axis(Axes.NONE, fields, FineTuneStep.EPOCHS, 0)));
    steps.add(step("cluster", axis(Axes.NONE, fields, ClusterStep.CENTROIDS, 0)));
    List<NumberFormat> formats = given(fields, QuantizeStep.FORMAT);
    if (!formats.isEmpty()) {
      steps.add(step("quantize", Axes.NONE.with(QuantizeStep.FORMAT, formats)));
    }
    return new Pipeline(Pipeline.GRID, steps);
  }

  private Step step(String word, Axes axes) {
    return new Step(methods.step(word), List.of(Optional.of(axes)));
  }

  private <T> Axes axis(Axes axes, Fields fields, Option<T> option, T preset) {
    List<T> given = given(fields, option);
    return axes.with(option, given.isEmpty() ? List.of(orDefault(option, preset)) : given);
  }

  private static <T> List<T> given(Fields fields, Option<T> option) {
    return fields.axis(Sections.grid(option), option.form());
  }

  private <T> T orDefault(Option<T> option, T preset) {
    return defaults.values().stream()
        .filter(values -> values.has(option))
        .findFirst()
        .map(values -> values.get(option))
        .orElse(preset);
  }

  /** A pipeline that was read here, as the map of the config. */
  static Map<String, Object> write(Pipeline pipeline) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Step step : pipeline.steps()) {
      Axes axes = step.alternatives().get(0).orElse(Axes.NONE);
      axes.values().keySet().forEach(option -> tree.put(option.parameter(), list(axes, option)));
    }
    return tree;
  }

  private static Object list(Axes axes, Option<?> option) {
    Object written = axes.written(option);
    return written instanceof List ? written : List.of(written);
  }
}
