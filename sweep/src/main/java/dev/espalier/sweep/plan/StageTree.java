package dev.espalier.sweep.plan;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.spec.Cell;
import dev.espalier.sweep.spec.Cells;
import dev.espalier.sweep.spec.Retention;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.sweep.spec.step.PruneOptions;
import dev.espalier.sweep.spec.step.StepPlace;
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
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Grows the tree of stages, cell by cell. */
final class StageTree {
  /** A state, before it is known which states its work passes through, and those after it. */
  private static final class State {
    private final Reached reached;
    private final List<Reached> path;
    private final PlannedNetwork network;
    private final Map<StepValues, State> next = new HashMap<>();

    private State(Reached reached, List<Reached> path, PlannedNetwork network) {
      this.reached = reached;
      this.path = path;
      this.network = network;
    }

    private StageId id() {
      return reached.id();
    }

    private Stage stage() {
      return reached.stage();
    }

    private @Nullable StageId from() {
      return path.isEmpty() ? null : path.get(path.size() - 1).id();
    }

    /** Its stages and those before it. */
    private List<Stage> stages() {
      return Stream.concat(path.stream(), Stream.of(reached)).map(Reached::stage).toList();
    }

    /** The words of its steps. */
    private List<String> words() {
      return stages().stream().skip(1).map(Stage::word).toList();
    }

    /** The path of a state after this one. */
    private List<Reached> through() {
      return Stream.concat(path.stream(), Stream.of(reached)).toList();
    }
  }

  /** What a step becomes in its place: stages, and the network after them. */
  private record Placed(List<Stage> stages, PlannedNetwork left) {}

  /** The trials that start with one network: their states by seed, and their steps in place. */
  private final class Beginning {
    private final Map<Long, State> bySeed = new HashMap<>();
    private final IdentityHashMap<PlannedNetwork, Map<List<String>, Map<StepValues, Placed>>>
        placed = new IdentityHashMap<>();

    private Placed placed(StepValues step, Roots.Root root, State from) {
      return placed
          .computeIfAbsent(from.network, any -> new HashMap<>())
          .computeIfAbsent(from.words(), any -> new HashMap<>())
          .computeIfAbsent(
              step,
              any -> {
                StepPlace place =
                    new StepPlace(root.stage(), from.network, from.words(), spec.defaults());
                remarks.addAll(step.remarks(place));
                return new Placed(step.stages(place), step.leaves(from.network));
              });
    }
  }

  private final SweepSpec spec;
  private final List<Cell> cells;
  private final DataFacts data;
  private final Roots roots;
  private final TrialNames names;
  private final IdentityHashMap<Roots.Root, Beginning> beginnings = new IdentityHashMap<>();
  private final Map<StageId, State> states = new LinkedHashMap<>();
  private final Map<StageId, Trial> trials = new LinkedHashMap<>();
  private final Set<String> remarks = new LinkedHashSet<>();

  private StageTree(SweepSpec spec, DataFacts data, Roots roots) {
    this.spec = spec;
    this.cells = Cells.of(spec);
    this.data = data;
    this.roots = roots;
    this.names = new TrialNames(spec.seeds().size() == 1);
  }

  /**
   * The tree of all cells of a sweep, and after them of its controls.
   *
   * @param roots of both
   * @throws ConfigException if a step makes no sense for a network
   */
  static StageTree of(SweepSpec spec, DataFacts data, Roots roots, List<Cell> controls)
      throws ConfigException {
    StageTree tree = new StageTree(spec, data, roots);
    tree.checkNetworks();
    tree.cells.forEach(tree::grow);
    controls.forEach(tree::grow);
    return tree;
  }

  /** Refuses steps that make no sense for a network. */
  private void checkNetworks() throws ConfigException {
    Set<String> objections = new LinkedHashSet<>();
    for (Cell cell : cells) {
      Roots.Root root = roots.of(cell.model(), cell.training());
      PlannedNetwork network = root.network();
      for (int i = 0; i < cell.steps().size(); i++) {
        StepValues step = cell.steps().get(i);
        String objection = step.objectionTo(network);
        if (objection == null) {
          network = step.leaves(network);
        } else {
          objections.add(
              "pipelines.%s[%d].%s: %s (%s)"
                  .formatted(
                      cell.pipeline(), i, step.kind().word(), objection, root.stage().brief()));
        }
      }
    }
    if (!objections.isEmpty()) {
      throw new ConfigException(List.copyOf(objections));
    }
  }

  /** The number of combinations that the config asks for, seeds included. */
  int cells() {
    return cells.size();
  }

  /** Every trial once, in the order of the cells. */
  List<Trial> trials() {
    return List.copyOf(trials.values());
  }

  /** What steps say of the networks that they meet, each once. */
  List<String> remarks() {
    return List.copyOf(remarks);
  }

  private void grow(Cell cell) {
    Roots.Root root = roots.of(cell.model(), cell.training());
    Beginning beginning = beginnings.computeIfAbsent(root, any -> new Beginning());
    State state = beginning.bySeed.computeIfAbsent(cell.seed(), seed -> start(root, seed));
    for (StepValues step : cell.steps()) {
      if (!step.changesNothing()) {
        State from = state;
        state =
            from.next.computeIfAbsent(
                step, next -> after(from, beginning.placed(next, root, from)));
      }
    }
    State last = state;
    String pipeline = spec.hasGrid() ? null : cell.pipeline();
    Scope scope = unpruned(cell).orElse(null);
    trials.compute(
        last.id(),
        (id, known) -> {
          Trial trial = known == null ? trial(last, cell.seed(), cell.control()) : known;
          // What the config asks for is no control, and not reached by one.
          return trial.control() == cell.control() ? trial.with(pipeline, scope) : trial;
        });
  }

  private State start(Roots.Root root, long seed) {
    DataAndSeed setup = new DataAndSeed(spec.dataset(), data, seed);
    return state(Reached.of(root.stage(), setup, null), List.of(), root.network());
  }

  private State after(State from, Placed placed) {
    State last = from;
    for (Stage stage : placed.stages()) {
      Reached reached = Reached.of(stage, last.reached.setup(), last.reached);
      last = state(reached, last.through(), placed.left());
    }
    return last;
  }

  /** The state, or the one that another route reached before. */
  private State state(Reached reached, List<Reached> path, PlannedNetwork network) {
    return states.computeIfAbsent(reached.id(), id -> new State(reached, path, network));
  }

  private Trial trial(State last, long seed, @Nullable Control control) {
    List<Stage> stages = last.stages();
    return new Trial(
        last.id(),
        names.name(stages, seed),
        TrialNames.parameters(stages, seed),
        List.of(),
        List.of(),
        control,
        last.through().stream().map(Reached::id).toList());
  }

  /** The scope of a grid's cell that prunes nothing, so that trials of all scopes are one. */
  private Optional<Scope> unpruned(Cell cell) {
    return cell.steps().stream()
        .filter(step -> spec.hasGrid() && step.changesNothing())
        .flatMap(step -> Optional.ofNullable(step.values().find(PruneOptions.SCOPE)).stream())
        .findFirst();
  }

  /** States that start from one and are on one course. */
  private record Course(@Nullable StageId from, DataAndSeed setup, Object course) {
    static Optional<Course> of(State state) {
      Object course = state.stage().course();
      return course == null
          ? Optional.empty()
          : Optional.of(new Course(state.from(), state.reached.setup(), course));
    }
  }

  /** Every stage once, in an order in which parents come first. */
  List<PlannedStage> parentsFirst() {
    Map<Course, List<State>> courses = new HashMap<>();
    for (State state : states.values()) {
      Course.of(state)
          .ifPresent(
              course -> courses.computeIfAbsent(course, any -> new ArrayList<>()).add(state));
    }
    Set<StageId> continued = new HashSet<>();
    Map<StageId, List<State>> earlier = new HashMap<>();
    for (List<State> course : courses.values()) {
      course.sort(Comparator.comparingInt((State state) -> state.stage().epochs()).reversed());
      for (int i = 0; i < course.size(); i++) {
        List<State> before = course.subList(i + 1, course.size());
        earlier.put(course.get(i).id(), before);
        before.stream().limit(1).forEach(latest -> continued.add(latest.id()));
      }
    }
    Map<StageId, PlannedStage> ordered = new LinkedHashMap<>();
    states.values().forEach(state -> place(state, earlier, continued, ordered));
    return List.copyOf(ordered.values());
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
    DataAndSeed setup = state.reached.setup();
    ordered.put(
        state.id(),
        new PlannedStage(
            state.id(),
            state.stage(),
            setup,
            state.path,
            before.stream().map(State::id).toList(),
            continued.contains(state.id()) || keepsEveryUpdater(state.stage()),
            names.label(state.stage(), state.path, setup.seed(), start)));
  }
}
