package dev.espalier.sweep.verify;

import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import dev.espalier.workers.storage.Storages;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Runs a trial as one piece of work: every stage of its path, one after another, in a checkpoint
 * store of its own. Trials share nothing, and fine-tuning goes from the pruned network straight to
 * its epoch.
 *
 * @param workers makes a runner for such a store
 * @param folder where the stores lie, each named by the trial's id
 * @param paths the stages of each trial by the id of its last
 */
record WholeTrials(Workers workers, String folder, Map<StageId, List<PlannedStage>> paths)
    implements StageRunner {

  /** Makes a runner whose checkpoints lie at an address. */
  public interface Workers extends Serializable {
    StageRunner in(String stages);
  }

  WholeTrials {
    paths = Map.copyOf(paths);
  }

  /** Where the checkpoints of a trial lie. */
  String stages(StageId trial) {
    return Storages.at(folder).folder(trial.hex()).address();
  }

  /** The stages of the trial that ends in {@code last}: its result, or that of the one to fail. */
  @Override
  public StageResult run(PlannedStage last) throws InterruptedException {
    StageRunner worker = workers.in(stages(last.id()));
    for (PlannedStage stage : paths.getOrDefault(last.id(), List.of())) {
      StageResult result = worker.run(stage);
      if (result instanceof StageResult.Failed || stage.id().equals(last.id())) {
        return result;
      }
    }
    throw new IllegalArgumentException("no trial ends in stage " + last.id().brief());
  }
}
