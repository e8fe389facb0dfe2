package dev.espalier.sweep.plan;

import dev.espalier.sweep.spec.Cells;
import dev.espalier.sweep.spec.Pipeline;
import dev.espalier.sweep.spec.Step;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The axes of the pipelines of a spec, of each of which some values may be kept, by their level.
 */
final class KeptAxes {
  /**
   * The place of an axis.
   *
   * @param pipeline its index
   * @param step its index in the pipeline
   * @param alternative the index of the map that has the axis; the number of alternatives where
   *     these are the axis
   * @param option null where the alternatives of the step are the axis
   */
  record Place(int pipeline, int step, int alternative, @Nullable Option<?> option) {}

  private final SweepSpec spec;
  private final Map<Place, List<Integer>> levels = new LinkedHashMap<>();

  KeptAxes(SweepSpec spec) {
    this.spec = spec;
    for (int p = 0; p < spec.pipelines().size(); p++) {
      List<Step> steps = spec.pipelines().get(p).steps();
      for (int s = 0; s < steps.size(); s++) {
        collect(p, s, steps.get(s));
      }
    }
  }

  private void collect(int pipeline, int index, Step step) {
    List<Optional<Axes>> alternatives = step.alternatives();
    put(new Place(pipeline, index, alternatives.size(), null), orderOf(step));
    for (int a = 0; a < alternatives.size(); a++) {
      Place place = new Place(pipeline, index, a, null);
      alternatives
          .get(a)
          .ifPresent(
              axes ->
                  axes.values()
                      .forEach(
                          (option, values) -> put(at(place, option), new ArrayList<>(values))));
    }
  }

  private static Place at(Place place, Option<?> option) {
    return new Place(place.pipeline(), place.step(), place.alternative(), option);
  }

  private void put(Place place, List<? extends @Nullable Object> values) {
    if (values.size() > 1) {
      Map<@Nullable Object, Integer> byValue = AxisLevels.of(values);
      levels.put(place, values.stream().map(value -> byValue.getOrDefault(value, 0)).toList());
    }
  }

  /** What stands for each alternative: the only value of the main option, or its place. */
  private static List<@Nullable Object> orderOf(Step step) {
    Option<?> main = step.kind().options().get(0);
    List<@Nullable Object> values = new ArrayList<>();
    for (Optional<Axes> alternative : step.alternatives()) {
      values.add(
          alternative
              .filter(axes -> axes.values().size() == 1 && axes.size() == 1)
              .map(axes -> axes.values().get(main))
              .<Object>map(only -> only.get(0))
              .orElse(null));
    }
    boolean distinct = values.stream().distinct().count() == values.size();
    if (distinct) {
      return values;
    }
    List<@Nullable Object> places = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      places.add(i);
    }
    return places;
  }

  /** The places of all axes, with the highest level that each has. */
  Map<Place, Integer> highest() {
    Map<Place, Integer> highest = new LinkedHashMap<>();
    levels.forEach(
        (place, all) ->
            highest.put(place, all.stream().mapToInt(Integer::intValue).max().orElse(0)));
    return highest;
  }

  /** The spec with the values of each axis up to a level. */
  SweepSpec upTo(Map<Place, Integer> kept) {
    List<Pipeline> pipelines = new ArrayList<>();
    for (int p = 0; p < spec.pipelines().size(); p++) {
      Pipeline pipeline = spec.pipelines().get(p);
      List<Step> steps = new ArrayList<>();
      for (int s = 0; s < pipeline.steps().size(); s++) {
        steps.add(upTo(kept, p, s, pipeline.steps().get(s)));
      }
      pipelines.add(new Pipeline(pipeline.name(), steps));
    }
    return Cells.with(spec, pipelines);
  }

  private Step upTo(Map<Place, Integer> kept, int pipeline, int index, Step step) {
    List<Optional<Axes>> alternatives = new ArrayList<>();
    for (int a = 0; a < step.alternatives().size(); a++) {
      Place place = new Place(pipeline, index, a, null);
      alternatives.add(
          step.alternatives().get(a).map(axes -> upTo(kept, place, axes, step.kind().options())));
    }
    Place all = new Place(pipeline, index, alternatives.size(), null);
    return new Step(step.kind(), kept(kept, all, alternatives));
  }

  private Axes upTo(Map<Place, Integer> kept, Place place, Axes axes, List<Option<?>> order) {
    Map<Option<?>, List<Object>> fewer = new LinkedHashMap<>();
    axes.values()
        .forEach(
            (option, values) ->
                fewer.put(option, kept(kept, at(place, option), new ArrayList<>(values))));
    return axes.with(order, fewer);
  }

  private <T> List<T> kept(Map<Place, Integer> kept, Place place, List<T> values) {
    List<Integer> all = levels.get(place);
    if (all == null) {
      return values;
    }
    int most = kept.getOrDefault(place, AxisLevels.ENDS);
    List<T> fewer = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      if (all.get(i) <= most) {
        fewer.add(values.get(i));
      }
    }
    return fewer;
  }
}
