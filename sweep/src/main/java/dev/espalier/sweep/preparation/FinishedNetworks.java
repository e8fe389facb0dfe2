package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.workers.Checkpoints;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.checkpoint.Damage;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The networks of a sweep as they lie in its store. Neither the images nor the user's own file are
 * needed, nor that this version of the program would plan the same steps: only the stages that
 * start a network are planned again.
 *
 * @param starts those that start a network, by id
 */
public record FinishedNetworks(SweepSnapshot sweep, Map<StageId, PlannedStage> starts) {

  /**
   * Those of a sweep.
   *
   * @throws StorageException if the store does not answer within seconds
   */
  public static FinishedNetworks of(SweepSnapshot sweep) throws ConfigException, StorageException {
    var unused = sweep.directory().reachableStore();
    Map<StageId, PlannedStage> starts = new HashMap<>();
    if (sweep.spec().baseline() instanceof Baseline.From own) {
      sweep.trials().forEach(trial -> starts.put(trial.path().get(0), load(trial, own, sweep)));
    } else {
      Plan.of(sweep.spec(), sweep.plan().data()).stages().stream()
          .filter(stage -> stage.parent() == null)
          .forEach(stage -> starts.put(stage.id(), stage));
    }
    return new FinishedNetworks(sweep, starts);
  }

  /** The stage that loaded the user's own network, whose graph lies in its checkpoint. */
  private static PlannedStage load(TrialResult trial, Baseline.From own, SweepSnapshot sweep) {
    Stage load =
        new Load(own.path(), sweep.plan().network().orElse("not noted"), sweep.plan().input());
    DataAndSeed setup = new DataAndSeed(sweep.spec().dataset(), sweep.plan().data(), 0);
    return new PlannedStage(
        trial.path().get(0), load, setup, List.of(), List.of(), false, "load " + own.path());
  }

  /**
   * What was committed of a trial.
   *
   * @throws RefusedException if it is gone or damaged, saying how to make it again
   */
  public StageResult.Done committed(StageId trial, String name) throws IOException {
    CheckpointStore store = sweep.directory().store();
    Optional<Damage> damage = store.damage(trial);
    Optional<StageResult.Done> found = damage.isPresent() ? Optional.empty() : store.find(trial);
    if (found.isPresent()) {
      return found.get();
    }
    String address = sweep.directory().storage().address();
    String why =
        damage
            .map(wrong -> "the checkpoint of %s is damaged: %s".formatted(name, wrong.message()))
            .orElse(
                "the checkpoint of %s is no longer in %s: `espalier clean` or `checkpoints: front` removed it"
                    .formatted(name, address));
    throw new RefusedException(
        """
        %s
        to make it again, with what else is missing: espalier run CONFIG --out NEW --store %s --set checkpoints=continuable
        and then pick from NEW; what is still in the store is not done again"""
            .formatted(why, address));
  }

  /**
   * The network of a trial; the caller closes it.
   *
   * @throws RefusedException if this version starts networks in another way
   */
  public TrainableNetwork open(StageResult.Done committed) throws IOException {
    return checkpoints().network(start(committed.id()), committed);
  }

  /** The compressed file of a trial. */
  public byte[] compressed(StageResult.Done committed) throws IOException {
    return checkpoints().compressed(committed);
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(sweep.directory().store());
  }

  private PlannedStage start(StageId id) {
    return sweep.trials().stream()
        .filter(trial -> trial.path().contains(id))
        .findFirst()
        .flatMap(trial -> Optional.ofNullable(starts.get(trial.path().get(0))))
        .orElseThrow(
            () ->
                new RefusedException(
                    "%s: must have been planned by a version of espalier with the same networks, found none that starts stage %s"
                        .formatted(sweep.directory().address(), id.brief())));
  }
}
