package dev.espalier.sweep.run;

import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.StageId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Planned stages by id, with what hangs on what. Parents come before their children. */
final class StageTree {
  private final Map<StageId, PlannedStage> stages = new LinkedHashMap<>();
  private final Map<StageId, Set<StageId>> children = new HashMap<>();

  StageTree(List<PlannedStage> planned) {
    for (PlannedStage stage : planned) {
      for (StageId before : before(stage)) {
        if (!stages.containsKey(before)) {
          throw new IllegalArgumentException(
              stage.label() + ": must come after the stage it starts from, " + before.brief());
        }
        children.computeIfAbsent(before, id -> new LinkedHashSet<>()).add(stage.id());
      }
      stages.put(stage.id(), stage);
    }
  }

  List<PlannedStage> stages() {
    return List.copyOf(stages.values());
  }

  PlannedStage stage(StageId id) {
    PlannedStage stage = stages.get(id);
    if (stage == null) {
      throw new IllegalArgumentException("a stage must be planned, found " + id);
    }
    return stage;
  }

  /**
   * The stages that must be over before {@code stage} starts: the state that it starts from by
   * meaning, and the one that it continues from.
   */
  static Set<StageId> before(PlannedStage stage) {
    Set<StageId> before = new LinkedHashSet<>();
    @Nullable StageId from = stage.from();
    @Nullable StageId parent = stage.parent();
    if (from != null) {
      before.add(from);
    }
    if (parent != null) {
      before.add(parent);
    }
    return before;
  }

  /** Every stage that hangs on {@code id}, without itself. */
  Set<StageId> below(StageId id) {
    Set<StageId> below = new LinkedHashSet<>();
    List<StageId> open = new ArrayList<>(List.of(id));
    for (int i = 0; i < open.size(); i++) {
      for (StageId child : children.getOrDefault(open.get(i), Set.of())) {
        if (below.add(child)) {
          open.add(child);
        }
      }
    }
    return below;
  }

  /** The stage that started the network of {@code stage}. */
  PlannedStage root(PlannedStage stage) {
    PlannedStage root = stage;
    for (StageId from = root.from(); from != null; from = root.from()) {
      root = stage(from);
    }
    return root;
  }

  /** The epochs that {@code stage} itself trains, when it continues from the stage before it. */
  int ownEpochs(PlannedStage stage) {
    if (stage.stage() instanceof Stage.FineTune && !stage.earlier().isEmpty()) {
      return stage.stage().epochs() - stage(stage.earlier().get(0)).stage().epochs();
    }
    return stage.stage().epochs();
  }

  /**
   * For each stage, the seconds on the longest path from its start to the end of a stage below it.
   */
  Map<StageId, Double> longestPaths(ToDoubleFunction<PlannedStage> seconds) {
    Map<StageId, Double> longest = new HashMap<>();
    List<PlannedStage> order = stages();
    for (int i = order.size() - 1; i >= 0; i--) {
      PlannedStage stage = order.get(i);
      double below = 0;
      for (StageId child : children.getOrDefault(stage.id(), Set.of())) {
        below = Math.max(below, longest.getOrDefault(child, 0.0));
      }
      longest.put(stage.id(), seconds.applyAsDouble(stage) + below);
    }
    return longest;
  }
}
