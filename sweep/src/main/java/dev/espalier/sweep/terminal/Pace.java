package dev.espalier.sweep.terminal;

import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.HashMap;
import java.util.Map;

/**
 * The pace of a sweep that another process runs, derived from its plan and its journal: stages take
 * as long as those before them of the same network and kind, for training by epoch.
 */
final class Pace {
  private final Map<String, String> kinds = new HashMap<>();
  private final Map<String, Double> seconds = new HashMap<>();
  private final Map<String, Integer> units = new HashMap<>();

  /** That of the stages that are done. */
  Pace(PlanFile plan, Map<StageId, StageResult> results) {
    Map<String, String> roots = new HashMap<>();
    for (PlanFile.StageEntry stage : plan.stages()) {
      String parent = stage.parent();
      String root = parent == null ? start(stage) : roots.getOrDefault(parent, parent);
      roots.put(stage.id(), root);
      String kind = (stage.epochs() > 0 ? "epoch" : stage.word()) + " of " + root;
      kinds.put(stage.id(), kind);
      if (results.get(new StageId(stage.id())) instanceof StageResult.Done done) {
        seconds.merge(kind, done.seconds(), Double::sum);
        units.merge(kind, units(stage), Integer::sum);
      }
    }
  }

  /** The seconds that a stage takes; NaN where none of its kind is done. */
  double of(PlanFile.StageEntry stage) {
    String kind = kinds.getOrDefault(stage.id(), "");
    int done = units.getOrDefault(kind, 0);
    return done == 0 ? Double.NaN : seconds.getOrDefault(kind, 0.0) / done * units(stage);
  }

  /** What starts a network, whatever its seed. */
  private static String start(PlanFile.StageEntry stage) {
    String text = stage.text();
    return text == null ? stage.id() : text;
  }

  private static int units(PlanFile.StageEntry stage) {
    return Math.max(1, stage.epochs());
  }
}
