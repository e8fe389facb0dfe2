package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Steps in the order in which a trial goes through them.
 *
 * @param name lower-case letters, digits and hyphens; {@value #GRID} for the short form
 */
public record Pipeline(String name, List<Step> steps) {
  /** The name of the pipeline that {@code grid} is short for. */
  public static final String GRID = "grid";

  /** The names that a pipeline may have. */
  public static final Rule<String> NAMES =
      Rule.text("lower-case letters, digits and hyphens (at most 50)", "[a-z0-9-]{1,50}");

  public Pipeline {
    steps = List.copyOf(steps);
  }

  /** Every combination of its steps' values, the last step's running fastest. */
  Stream<List<StepValues>> product(Map<String, OptionValues> defaults) {
    Stream<List<StepValues>> product = Stream.of(List.of());
    for (Step step : steps) {
      List<StepValues> values =
          step.product(defaults.getOrDefault(step.kind().word(), OptionValues.NONE));
      product = product.flatMap(before -> values.stream().map(each -> longer(before, each)));
    }
    return product;
  }

  private static List<StepValues> longer(List<StepValues> before, StepValues step) {
    List<StepValues> path = new ArrayList<>(before);
    path.add(step);
    return List.copyOf(path);
  }

  /** How many combinations there are. */
  double size() {
    return steps.stream().mapToDouble(Step::size).reduce(1, (a, b) -> a * b);
  }

  /**
   * The parameters of its steps with their options, in order. One that an earlier step has too is
   * numbered: {@code sparsity.2}.
   */
  Map<String, Option<?>> parameters() {
    Map<String, Option<?>> parameters = new LinkedHashMap<>();
    numbered().forEach((at, name) -> parameters.put(name, at.option()));
    return parameters;
  }

  /** An option of the step at a place. */
  private record At(int step, Option<?> option) {}

  private Map<At, String> numbered() {
    Map<At, String> names = new LinkedHashMap<>();
    Map<Option<?>, Integer> counts = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (Option<?> option : steps.get(i).kind().options()) {
        int count = counts.merge(option, 1, Integer::sum);
        names.put(new At(i, option), option.parameter() + (count == 1 ? "" : "." + count));
      }
    }
    return names;
  }

  /** The values that trials of this pipeline have of a parameter; a word where one has none. */
  Set<Object> valuesOf(String parameter, Map<String, OptionValues> defaults) {
    Set<Object> values = new HashSet<>();
    numbered()
        .forEach(
            (at, name) -> {
              if (name.equals(parameter)) {
                Step step = steps.get(at.step());
                step.product(defaults.getOrDefault(step.kind().word(), OptionValues.NONE))
                    .forEach(
                        each ->
                            values.add(
                                each.values().has(at.option())
                                    ? each.values().get(at.option())
                                    : "left out"));
              }
            });
    return values.isEmpty() ? Set.of("left out") : values;
  }

  /** Gives the value of a parameter in a combination; null where no step there has it. */
  BiFunction<List<StepValues>, String, @Nullable Object> values() {
    Map<String, At> places = new HashMap<>();
    numbered().forEach((at, name) -> places.put(name, at));
    return (path, name) -> {
      At at = places.get(name);
      return at == null ? null : path.get(at.step()).values().find(at.option());
    };
  }

  /**
   * The pipeline in which some parameters have other values; null where it lacks one of them.
   *
   * @param chosen values by parameter
   */
  @Nullable Pipeline with(Map<String, List<Object>> chosen) {
    if (!parameters().keySet().containsAll(chosen.keySet())) {
      return null;
    }
    Map<At, String> names = numbered();
    List<Step> replaced = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Map<Option<?>, List<Object>> axes = new LinkedHashMap<>();
      for (Option<?> option : step.kind().options()) {
        List<Object> values = chosen.get(names.get(new At(i, option)));
        if (values != null) {
          axes.put(option, values);
        }
      }
      replaced.add(axes.isEmpty() ? step : with(step, axes));
    }
    return new Pipeline(name, replaced);
  }

  private static Step with(Step step, Map<Option<?>, List<Object>> axes) {
    List<Optional<Axes>> alternatives =
        step.alternatives().stream()
            .flatMap(Optional::stream)
            .map(given -> Optional.of(given.with(step.kind().options(), axes)))
            .toList();
    return new Step(
        step.kind(),
        alternatives.isEmpty()
            ? List.of(Optional.of(Axes.NONE.with(step.kind().options(), axes)))
            : alternatives);
  }
}
