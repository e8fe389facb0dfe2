package dev.espalier.sweep.cli;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.RefusedException;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.workers.Checkpoints;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;

/**
 * The networks of a sweep as they lie in its store.
 *
 * @param plan of the sweep, made again: the folder keeps of it only what people ask for
 */
record FinishedNetworks(Finished sweep, Plan plan) {

  /**
   * Those of a sweep, without its images.
   *
   * @throws SpecException if the user's own network, which it began with, is gone
   * @throws StorageException if the store does not answer within seconds
   */
  static FinishedNetworks of(Finished sweep) throws SpecException, StorageException {
    var unused = sweep.directory().reachableStore();
    return new FinishedNetworks(
        sweep, Plan.of(sweep.spec(), sweep.plan().data(), OwnNetwork.again(sweep)));
  }

  /**
   * What was committed of a trial.
   *
   * @throws RefusedException if it is gone, saying how to make it again
   */
  StageResult.Done committed(StageId trial, String name) throws IOException {
    return sweep
        .directory()
        .store()
        .find(trial)
        .orElseThrow(
            () ->
                new RefusedException(
                    """
                    the checkpoint of %s is no longer in %s: `espalier clean` or `checkpoints: front` removed it
                    to make it again, with what else is missing: espalier run CONFIG --out NEW --store %s --set checkpoints=continuable
                    and then pick from NEW; what is still in the store is not done again"""
                        .formatted(
                            name,
                            sweep.directory().storage().address(),
                            sweep.directory().storage().address())));
  }

  /**
   * The network of a trial; the caller closes it.
   *
   * @throws RefusedException if its stage is not in the plan that is made today
   */
  TrainableNetwork open(StageResult.Done committed) throws IOException {
    return checkpoints().network(stage(committed.id()), committed);
  }

  /** The compressed file of a trial. */
  byte[] compressed(StageResult.Done committed) throws IOException {
    return checkpoints().compressed(committed);
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(sweep.directory().store());
  }

  private PlannedStage stage(StageId id) {
    return plan.stages().stream()
        .filter(stage -> stage.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedException(
                    "%s: must have been planned by this version of espalier, and baseline.from must not have changed; found a plan without stage %s"
                        .formatted(sweep.directory().address(), id.brief())));
  }
}
