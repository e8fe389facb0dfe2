package dev.espalier.sweep.plan;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.PlannedStage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The work of a sweep: the tree of stages, each once, and the trials that end in it. Immutable. */
public final class Plan {
  private final List<PlannedStage> parentsFirst;
  private final Map<StageId, PlannedStage> stages;
  private final Map<StageId, List<PlannedStage>> children;
  private final List<Trial> trials;
  private final int cells;
  private final List<String> remarks;
  private final @Nullable OwnFile own;

  /**
   * A plan of these stages and trials.
   *
   * @param stages parents first
   * @param cells combinations that the config asks for, of which some are one trial
   */
  public Plan(List<PlannedStage> stages, List<Trial> trials, int cells) {
    this(stages, trials, cells, List.of(), null);
  }

  private Plan(
      List<PlannedStage> stages,
      List<Trial> trials,
      int cells,
      List<String> remarks,
      @Nullable OwnFile own) {
    Map<StageId, PlannedStage> byId = new LinkedHashMap<>();
    Map<StageId, List<PlannedStage>> byParent = new LinkedHashMap<>();
    for (PlannedStage stage : stages) {
      byId.put(stage.id(), stage);
      StageId parent = stage.parent();
      if (parent != null) {
        byParent.computeIfAbsent(parent, id -> new ArrayList<>()).add(stage);
      }
    }
    byParent.replaceAll((id, list) -> List.copyOf(list));
    this.parentsFirst = List.copyOf(byId.values());
    this.stages = Collections.unmodifiableMap(byId);
    this.children = Collections.unmodifiableMap(byParent);
    this.trials = List.copyOf(trials);
    this.cells = cells;
    this.remarks = List.copyOf(remarks);
    this.own = own;
  }

  /**
   * The plan of a sweep over a data set.
   *
   * @throws ConfigException if a network cannot be built for these images at a width, if two widths
   *     make one network, or if the user's own network cannot be read
   */
  public static Plan of(SweepSpec spec, DataFacts data) throws ConfigException {
    return of(spec, data, null);
  }

  /**
   * As {@link #of(SweepSpec, DataFacts)}, with what is known of the user's own network; null where
   * the sweep does not begin with one.
   */
  public static Plan of(SweepSpec spec, DataFacts data, @Nullable OwnFile own)
      throws ConfigException {
    Controls controls = Controls.of(spec, data, Roots.of(spec, data, own));
    StageTree tree = StageTree.of(spec, data, controls.roots(), controls.cells());
    List<String> remarks = new ArrayList<>(controls.remarks());
    remarks.addAll(tree.remarks());
    remarks.addAll(own == null ? List.of() : own.remarks());
    return new Plan(tree.parentsFirst(), tree.trials(), tree.cells(), remarks, own);
  }

  /**
   * The plan of another spec over the same images, and with the same own network if there is one.
   */
  public Plan over(SweepSpec spec) throws ConfigException {
    return of(spec, parentsFirst.get(0).setup().data(), own);
  }

  /** Every stage once, in an order in which parents come first. */
  public List<PlannedStage> stages() {
    return parentsFirst;
  }

  /** Every trial once, in the order of the config, controls last. */
  public List<Trial> trials() {
    return trials;
  }

  /** The number of combinations that the config asks for, seeds included, controls not. */
  public int cells() {
    return cells;
  }

  /** What steps say of the networks that they meet: lines for people, each once. */
  public List<String> remarks() {
    return remarks;
  }

  /**
   * The stage of this id.
   *
   * @throws IllegalArgumentException if no such stage is planned
   */
  public PlannedStage stage(StageId id) {
    PlannedStage stage = stages.get(id);
    if (stage == null) {
      throw new IllegalArgumentException("the plan has no stage " + id.brief());
    }
    return stage;
  }

  /** The stages that can start once {@code id} is done. */
  public List<PlannedStage> children(StageId id) {
    return children.getOrDefault(id, List.of());
  }

  /** Every stage that cannot be reached unless {@code id} is, without itself. */
  public List<PlannedStage> below(StageId id) {
    List<PlannedStage> below = new ArrayList<>(children(id));
    for (int i = 0; i < below.size(); i++) {
      below.addAll(children(below.get(i).id()));
    }
    return below;
  }

  /** Training epochs that {@code stage} itself runs, continuing where its parent ended. */
  public int ownEpochs(PlannedStage stage) {
    return stage.earlier().isEmpty()
        ? stage.stage().epochs()
        : stage.stage().epochs() - stage(stage.earlier().get(0)).stage().epochs();
  }

  /** Training epochs of the whole plan. */
  public long epochsShared() {
    return stages.values().stream().mapToLong(this::ownEpochs).sum();
  }

  /** Training epochs that all trials would need one by one, each from the beginning. */
  public long epochsSeparate() {
    return trials.stream()
        .flatMap(trial -> trial.path().stream())
        .mapToLong(id -> stage(id).stage().epochs())
        .sum();
  }

  /**
   * For each stage the cost of the dearest way from its start to a leaf: whoever starts the dearest
   * ready stage first is done early.
   *
   * @param cost of one stage by itself, in any unit, at least 0
   */
  public Map<StageId, Double> costToLeaf(ToDoubleFunction<PlannedStage> cost) {
    Map<StageId, Double> costs = new LinkedHashMap<>();
    for (int i = parentsFirst.size() - 1; i >= 0; i--) {
      PlannedStage stage = parentsFirst.get(i);
      double below = 0;
      for (PlannedStage child : children(stage.id())) {
        below = Math.max(below, costs.getOrDefault(child.id(), 0.0));
      }
      costs.put(stage.id(), cost.applyAsDouble(stage) + below);
    }
    return Collections.unmodifiableMap(costs);
  }
}
