package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.ClusterStep;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.PruneOptions;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code grid}, short for the pipeline {@code prune}, {@code fine-tune}, {@code cluster}.
 *
 * @param defaults of each kind of step, by its word
 */
record GridReader(Methods methods, Map<String, OptionValues> defaults) {

  /** The pipeline; an axis that is missing has the step's default, or leaves the step out. */
  Pipeline read(Fields fields) {
    return new Pipeline(
        Pipeline.GRID,
        List.of(
            step(
                "prune",
                axis(
                    axis(Axes.NONE, fields, PruneOptions.SPARSITY, BigDecimal.ZERO),
                    fields,
                    PruneOptions.SCOPE,
                    Scope.FLAT)),
            step("fine-tune", axis(Axes.NONE, fields, FineTuneStep.EPOCHS, 0)),
            step("cluster", axis(Axes.NONE, fields, ClusterStep.CENTROIDS, 0))));
  }

  private Step step(String word, Axes axes) {
    return new Step(methods.step(word), List.of(Optional.of(axes)));
  }

  private <T> Axes axis(Axes axes, Fields fields, Option<T> option, T preset) {
    List<T> given = fields.axis(Sections.grid(option), option.form(), option.form().isList());
    return axes.with(option, given.isEmpty() ? List.of(orDefault(option, preset)) : given);
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
