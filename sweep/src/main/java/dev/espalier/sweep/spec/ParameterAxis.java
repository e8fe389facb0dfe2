package dev.espalier.sweep.spec;

import dev.espalier.sweep.spec.step.Option;
import dev.espalier.workers.facts.Model;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A parameter of trials.
 *
 * @param parameter its name: {@code fine_tune_epochs}
 * @param label for people, such as {@code epochs}, or {@code prune epochs} where several kinds of
 *     steps have some; empty for the network and the seed
 * @param mark what precedes its value in names: {@code ft}; may be empty
 * @param differs whether trials of the sweep have different values
 * @param isOfBaselines whether it tells networks or baselines apart, rather than steps or seeds
 */
public record ParameterAxis(
    String parameter, String label, String mark, boolean differs, boolean isOfBaselines) {

  /** The parameters that trials of a sweep may have, in the order of their names. */
  public static List<ParameterAxis> of(SweepSpec spec) {
    List<ParameterAxis> axes = new ArrayList<>();
    axes.add(new ParameterAxis("model", "", "", architectures(spec) > 1, true));
    axes.add(new ParameterAxis("width", "", "w", widths(spec) > 1, true));
    if (spec.baseline() instanceof Baseline.Train train) {
      train
          .axes()
          .values()
          .forEach(
              (option, values) ->
                  axes.add(axis(option.parameter(), option, true, values.size() > 1, true)));
    }
    Map<String, Option<?>> options = new LinkedHashMap<>();
    spec.pipelines().forEach(pipeline -> pipeline.parameters().forEach(options::putIfAbsent));
    List<Option<?>> differing =
        options.entrySet().stream()
            .filter(entry -> differs(spec, entry.getKey()))
            .<Option<?>>map(Map.Entry::getValue)
            .toList();
    options.forEach(
        (name, option) ->
            axes.add(axis(name, option, isOnly(option, differing), differs(spec, name), false)));
    axes.add(new ParameterAxis("seed", "", "seed", spec.seeds().size() > 1, false));
    return axes;
  }

  private static ParameterAxis axis(
      String name, Option<?> option, boolean only, boolean differs, boolean isOfBaselines) {
    String number = name.substring(option.parameter().length());
    boolean brief = option.told() && only;
    String label = brief ? option.key().name() : option.parameter().replace('-', ' ');
    return new ParameterAxis(
        underscored(name), label + number, option.mark(), differs, isOfBaselines);
  }

  /** Whether no other option of which trials differ, and that stages tell, has its key. */
  private static boolean isOnly(Option<?> option, List<Option<?>> differing) {
    return differing.stream()
        .filter(other -> other.told() && !other.equals(option))
        .noneMatch(other -> other.key().name().equals(option.key().name()));
  }

  private static String underscored(String parameter) {
    return parameter.replace('-', '_');
  }

  private static long architectures(SweepSpec spec) {
    return spec.models().stream().map(Model::name).distinct().count();
  }

  private static long widths(SweepSpec spec) {
    return spec.models().stream().map(model -> model.width()).distinct().count();
  }

  /** Whether a parameter of steps has several values, in one pipeline or over all. */
  private static boolean differs(SweepSpec spec, String parameter) {
    Set<Object> found = new HashSet<>();
    for (Pipeline pipeline : spec.pipelines()) {
      found.addAll(pipeline.valuesOf(parameter, spec.defaults()));
    }
    for (CellChoice choice : spec.include()) {
      found.addAll(choice.values().getOrDefault(parameter, List.of()));
    }
    return found.size() > 1;
  }
}
