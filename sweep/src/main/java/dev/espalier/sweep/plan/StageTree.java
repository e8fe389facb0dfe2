package dev.espalier.sweep.plan;

import dev.espalier.sweep.spec.Cell;
import dev.espalier.sweep.spec.Retention;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.PruneStep;
import dev.espalier.sweep.spec.step.StepValues;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Reached;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Training;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Grows the tree of stages, cell by cell. */
final class StageTree {
  /** A state, before it is known which states its work passes through. */
  private record State(Reached reached, List<Reached> path) {
    StageId id() {
      return reached.id();
    }

    Stage stage() {
      return reached.stage();
    }

    @Nullable StageId from() {
      return path.isEmpty() ? null : path.get(path.size() - 1).id();
    }
  }

  private final SweepSpec spec;
  private final List<Cell> cells;
  private final DataFacts data;
  private final Roots roots;
  private final TrialNames names;
  private final Map<Long, DataAndSeed> setups = new HashMap<>();
  private final Map<StageId, State> states = new LinkedHashMap<>();
  private final Map<StageId, Trial> trials = new LinkedHashMap<>();

  private StageTree(SweepSpec spec, DataFacts data, Roots roots) {
    this.spec = spec;
    this.cells = spec.cells();
    this.data = data;
    this.roots = roots;
    this.names = new TrialNames(spec.seeds().size() == 1);
  }

  /** The tree of all cells of a sweep. */
  static StageTree of(SweepSpec spec, DataFacts data, Roots roots) {
    StageTree tree = new StageTree(spec, data, roots);
    tree.cells.forEach(tree::grow);
    return tree;
  }

  /** The number of combinations that the config asks for, seeds included. */
  int cells() {
    return cells.size();
  }

  /** Every trial once, in the order of the cells. */
  List<Trial> trials() {
    return List.copyOf(trials.values());
  }

  private void grow(Cell cell) {
    DataAndSeed setup = setups.computeIfAbsent(cell.seed(), this::setup);
    List<Stage> stages = stages(cell);
    List<Reached> path = new ArrayList<>();
    for (Stage stage : stages) {
      Reached from = path.isEmpty() ? null : path.get(path.size() - 1);
      Reached reached = Reached.of(stage, setup, from);
      states.putIfAbsent(reached.id(), new State(reached, List.copyOf(path)));
      path.add(reached);
    }
    StageId last = path.get(path.size() - 1).id();
    Trial old = trials.get(last);
    Set<String> pipelines = new LinkedHashSet<>(old == null ? List.of() : old.pipelines());
    if (!spec.hasGrid()) {
      pipelines.add(cell.pipeline());
    }
    List<Scope> standsFor = new ArrayList<>(old == null ? List.of() : old.standsFor());
    unpruned(cell).filter(scope -> !standsFor.contains(scope)).ifPresent(standsFor::add);
    trials.put(
        last,
        new Trial(
            last,
            names.name(stages, cell.seed()),
            TrialNames.parameters(stages, cell.seed()),
            standsFor,
            List.copyOf(pipelines),
            path.stream().map(Reached::id).toList()));
  }

  private DataAndSeed setup(long seed) {
    return new DataAndSeed(spec.dataset(), data, seed);
  }

  /** The scope of a grid's cell that prunes nothing, so that trials of all scopes are one. */
  private Optional<Scope> unpruned(Cell cell) {
    return cell.steps().stream()
        .filter(step -> spec.hasGrid() && step.changesNothing())
        .flatMap(step -> Optional.ofNullable(step.values().find(PruneStep.SCOPE)).stream())
        .findFirst();
  }

  /** The stages of a cell, without those that would leave the network as it is. */
  private List<Stage> stages(Cell cell) {
    Roots.Root root = roots.of(cell.model(), cell.training());
    List<Stage> stages = new ArrayList<>();
    stages.add(root.stage());
    for (StepValues step : cell.steps()) {
      if (!step.changesNothing()) {
        stages.add(step.stage(spec.defaults(step.kind().word()), root.parameters()));
      }
    }
    return stages;
  }

  /** Every stage once, in an order in which parents come first. */
  List<PlannedStage> parentsFirst() {
    Map<@Nullable StageId, List<State>> byOrigin = new LinkedHashMap<>();
    for (State state : states.values()) {
      if (state.stage().epochs() > 0) {
        byOrigin.computeIfAbsent(state.from(), from -> new ArrayList<>()).add(state);
      }
    }
    Comparator<State> latestFirst =
        Comparator.comparingInt((State state) -> state.stage().epochs()).reversed();
    byOrigin.values().forEach(list -> list.sort(latestFirst));
    Set<StageId> continued = new HashSet<>();
    Map<StageId, List<State>> earlier = new LinkedHashMap<>();
    for (State state : states.values()) {
      List<State> before = earlier(state, byOrigin);
      earlier.put(state.id(), before);
      before.stream().limit(1).forEach(latest -> continued.add(latest.id()));
    }
    Map<StageId, PlannedStage> ordered = new LinkedHashMap<>();
    states.values().forEach(state -> place(state, earlier, continued, ordered));
    return List.copyOf(ordered.values());
  }

  private static List<State> earlier(
      State state, Map<@Nullable StageId, List<State>> byOrigin) {
    return byOrigin.getOrDefault(state.from(), List.of()).stream()
        .filter(
            other ->
                state.reached().setup().equals(other.reached().setup())
                    && state.stage().passesThrough(other.stage()))
        .toList();
  }

  private boolean keepsEveryUpdater(Stage stage) {
    return spec.checkpoints() == Retention.ALL && stage instanceof Training;
  }

  private void place(
      State state,
      Map<StageId, List<State>> earlier,
      Set<StageId> continued,
      Map<StageId, PlannedStage> ordered) {
    if (ordered.containsKey(state.id())) {
      return;
    }
    List<State> before = earlier.getOrDefault(state.id(), List.of());
    // Earliest first, so that the recursion is never deeper than one.
    for (int i = before.size() - 1; i >= 0; i--) {
      place(before.get(i), earlier, continued, ordered);
    }
    int start = before.isEmpty() ? 0 : before.get(0).stage().epochs();
    DataAndSeed setup = state.reached().setup();
    ordered.put(
        state.id(),
        new PlannedStage(
            state.id(),
            state.stage(),
            setup,
            state.path(),
            before.stream().map(State::id).toList(),
            continued.contains(state.id()) || keepsEveryUpdater(state.stage()),
            names.label(state.stage(), state.path(), setup.seed(), start)));
  }
}
