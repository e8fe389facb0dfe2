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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

  private List<Cell> all() {
    List<Cell> ofASeed = ofASeed();
    List<Cell> cells = new ArrayList<>();
    for (long seed : spec.seeds()) {
      ofASeed.forEach(
          c -> cells.add(new Cell(c.model(), c.training(), c.pipeline(), c.steps(), seed)));
    }
    return List.copyOf(cells);
  }

  /** The cells of the first seed. */
  List<Cell> ofASeed() {
    Set<Cell> cells = new LinkedHashSet<>();
    add(
        cells,
        spec.pipelines(),
        values ->
            spec.exclude().isEmpty() || spec.exclude().stream().noneMatch(choiceFor(values.get())));
    spec.include().forEach(choice -> cells.addAll(included(choice)));
    return List.copyOf(cells);
  }

  /** The cells that a choice adds; none where it fits no pipeline or no network. */
  Set<Cell> included(CellChoice choice) {
    Set<Cell> cells = new LinkedHashSet<>();
    CellChoice start = start(choice);
    add(
        cells,
        pipelines(choice),
        values -> start.values().isEmpty() || start.matches(values.get()));
    return cells;
  }

  /** Whether a pipeline has all parameters of steps that a choice names. */
  boolean fitsAPipeline(CellChoice choice) {
    return !pipelines(choice).isEmpty();
  }

  /** Whether a choice matches a cell of the products. */
  boolean matches(CellChoice choice) {
    Set<Cell> matching = new LinkedHashSet<>();
    add(matching, spec.pipelines(), values -> choice.matches(values.get()));
    return !matching.isEmpty();
  }

  /** How many cells {@link #all} makes before it cuts and joins any, without making them. */
  double atMost() {
    double paths = spec.pipelines().stream().mapToDouble(Pipeline::size).sum();
    for (CellChoice choice : spec.include()) {
      paths += pipelines(choice).stream().mapToDouble(Pipeline::size).sum();
    }
    return paths * starts.size() * spec.seeds().size();
  }

  private static Predicate<CellChoice> choiceFor(Map<String, Object> values) {
    return choice -> choice.matches(values);
  }

  private interface Filter {
    boolean takes(Supplier<Map<String, Object>> values);
  }

  private void add(Set<Cell> cells, List<Pipeline> pipelines, Filter filter) {
    for (Start start : starts) {
      Map<String, Object> values = values(start);
      for (Pipeline pipeline : pipelines) {
        Function<List<StepValues>, Map<String, Object>> steps = pipeline.values();
        for (List<StepValues> path : pipeline.product(spec.defaults())) {
          if (filter.takes(() -> joined(values, steps.apply(path)))) {
            cells.add(
                new Cell(
                    start.model(), start.training(), pipeline.name(), path, spec.seeds().get(0)));
          }
        }
      }
    }
  }

  private static Map<String, Object> joined(Map<String, Object> a, Map<String, Object> b) {
    Map<String, Object> all = new HashMap<>(a);
    all.putAll(b);
    return all;
  }

  private static Map<String, Object> values(Start start) {
    Map<String, Object> values = new HashMap<>();
    if (start.model() != null) {
      values.put(CellChoice.ARCHITECTURE, start.model().architecture());
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
