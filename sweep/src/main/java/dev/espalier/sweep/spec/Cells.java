package dev.espalier.sweep.spec;

import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.StepValues;
import dev.espalier.workers.facts.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cells of a spec: the products of its pipelines, cut and added to. */
public final class Cells {
  /** Where a trial starts. */
  private record Start(@Nullable Model model, @Nullable OptionValues training) {}

  private final SweepSpec spec;
  private final List<Start> starts = new ArrayList<>();

  Cells(SweepSpec spec) {
    this.spec = spec;
    List<@Nullable OptionValues> trainings = new ArrayList<>();
    if (spec.baseline() instanceof Baseline.Train train) {
      trainings.addAll(train.product());
    } else {
      trainings.add(null);
    }
    List<@Nullable Model> models = new ArrayList<>(spec.models());
    if (models.isEmpty()) {
      models.add(null);
    }
    for (Model model : models) {
      trainings.forEach(training -> starts.add(new Start(model, training)));
    }
  }

  /**
   * All combinations of the axes without those excluded, then those included, each once, in the
   * order of the config; the last axis runs fastest, seeds slowest.
   */
  public static List<Cell> of(SweepSpec spec) {
    return new Cells(spec).all();
  }

  /** A spec with other pipelines, without what {@code exclude} cuts from none of them. */
  public static SweepSpec with(SweepSpec spec, List<Pipeline> pipelines) {
    SweepSpec all = spec.with(pipelines, spec.exclude());
    Cells cells = new Cells(all);
    return spec.with(pipelines, all.exclude().stream().filter(cells::matches).toList());
  }

  private List<Cell> all() {
    List<Cell> ofASeed = ofASeed();
    List<Cell> cells = new ArrayList<>();
    for (long seed : spec.seeds()) {
      ofASeed.forEach(
          c -> cells.add(new Cell(c.model(), c.training(), c.pipeline(), c.steps(), seed, null)));
    }
    return List.copyOf(cells);
  }

  /** The cells of the first seed. */
  List<Cell> ofASeed() {
    Set<Cell> cells = new LinkedHashSet<>();
    cells(
            spec.pipelines(),
            values -> spec.exclude().stream().noneMatch(choice -> choice.matches(values)))
        .forEach(cells::add);
    spec.include().stream().flatMap(this::included).forEach(cells::add);
    return List.copyOf(cells);
  }

  /** The cells that a choice adds; none where it fits no pipeline or no network. */
  Stream<Cell> included(CellChoice choice) {
    return cells(pipelines(choice), start(choice)::matches);
  }

  /** Whether a pipeline has all parameters of steps that a choice names. */
  boolean fitsAPipeline(CellChoice choice) {
    return !pipelines(choice).isEmpty();
  }

  /** Whether a choice matches a cell of the products. */
  boolean matches(CellChoice choice) {
    return cells(spec.pipelines(), choice::matches).findAny().isPresent();
  }

  /** How many cells {@link #all} makes before it cuts and joins any, without making them. */
  double atMost() {
    double paths = spec.pipelines().stream().mapToDouble(Pipeline::size).sum();
    for (CellChoice choice : spec.include()) {
      paths += pipelines(choice).stream().mapToDouble(Pipeline::size).sum();
    }
    return paths * starts.size() * spec.seeds().size();
  }

  /**
   * The cells of some pipelines, made as they are asked for.
   *
   * @param filter by the values of parameters, each given by its name
   */
  private Stream<Cell> cells(
      List<Pipeline> pipelines, Predicate<Function<String, @Nullable Object>> filter) {
    return starts.stream()
        .flatMap(start -> pipelines.stream().flatMap(pipeline -> cells(start, pipeline, filter)));
  }

  private Stream<Cell> cells(
      Start start, Pipeline pipeline, Predicate<Function<String, @Nullable Object>> filter) {
    Map<String, Object> values = values(start);
    BiFunction<List<StepValues>, String, @Nullable Object> steps = pipeline.values();
    long seed = spec.seeds().get(0);
    return pipeline
        .product(spec.defaults())
        .filter(path -> filter.test(name -> either(steps.apply(path, name), values.get(name))))
        .map(path -> new Cell(start.model(), start.training(), pipeline.name(), path, seed, null));
  }

  private static @Nullable Object either(@Nullable Object ofStep, @Nullable Object ofStart) {
    return ofStep == null ? ofStart : ofStep;
  }

  private static Map<String, Object> values(Start start) {
    Map<String, Object> values = new HashMap<>();
    if (start.model() != null) {
      values.put(CellChoice.ARCHITECTURE, start.model().name());
      values.put(CellChoice.WIDTH, start.model().width());
    }
    OptionValues training = start.training();
    if (training != null) {
      training.options().forEach(o -> values.put(o.parameter(), training.get(o)));
    }
    return values;
  }

  private List<Pipeline> pipelines(CellChoice choice) {
    Map<String, List<Object>> steps = new LinkedHashMap<>(choice.values());
    steps.keySet().removeAll(startParameters());
    List<Pipeline> pipelines = new ArrayList<>();
    for (Pipeline pipeline : spec.pipelines()) {
      Pipeline with = pipeline.with(steps);
      if (with != null) {
        pipelines.add(with);
      }
    }
    return pipelines;
  }

  /** The part of a choice that is about where trials start. */
  private CellChoice start(CellChoice choice) {
    Set<String> starts = startParameters();
    return new CellChoice(
        choice.values().entrySet().stream()
            .filter(entry -> starts.contains(entry.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private Set<String> startParameters() {
    return starts.stream().flatMap(s -> values(s).keySet().stream()).collect(Collectors.toSet());
  }
}
