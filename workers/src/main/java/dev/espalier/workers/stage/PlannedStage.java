package dev.espalier.workers.stage;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.StageId;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage in its place in the tree: all that a worker needs to run it.
 *
 * @param id of the state it reaches
 * @param setup the data that it sees
 * @param path the states before it by meaning, from the one that starts the network to the one that
 *     this stage starts from; empty for a stage that starts a network
 * @param earlier planned states that the work of this stage passes through, latest first, from
 *     which it may continue; where their updater state is gone, the work starts where {@code path}
 *     ends and reaches the same bits
 * @param keepsUpdater whether its updater state must be kept, because a planned stage continues
 *     from this one or because the sweep keeps all
 * @param label for people: {@code fine-tune resnet18 w=0.25 s=0.9 flat epoch 1-3}
 */
public record PlannedStage(
    StageId id,
    Stage stage,
    DataAndSeed setup,
    List<Reached> path,
    List<StageId> earlier,
    boolean keepsUpdater,
    String label)
    implements Serializable {

  public PlannedStage {
    path = List.copyOf(path);
    earlier = List.copyOf(earlier);
  }

  /** The state that it reaches, as a part of the paths after it. */
  public Reached reached() {
    return new Reached(id, stage, setup);
  }

  /** The stage that starts the network: itself, or the first of its path. */
  public Stage root() {
    return path.isEmpty() ? stage : path.get(0).stage();
  }

  /** The state that it starts from by meaning; null for a stage that starts a network. */
  public @Nullable StageId from() {
    return path.isEmpty() ? null : path.get(path.size() - 1).id();
  }

  /** The stage that must be done before this one can start; null for one that needs none. */
  public @Nullable StageId parent() {
    return earlier.isEmpty() ? from() : earlier.get(0);
  }

  /**
   * How the images of its trial are normalized; null: by the mean and deviation of the training
   * images.
   */
  public @Nullable Normalization normalization() {
    return root() instanceof Load load ? load.input() : null;
  }

  /** The data, as the network with which the trial starts reads it and tells it apart. */
  public DataFacts startFacts() {
    return root() instanceof Load load ? load.facts(setup.data()) : setup.data();
  }

  /** The same stage, whose work continues from no earlier epoch. */
  public PlannedStage alone() {
    return new PlannedStage(id, stage, setup, path, List.of(), keepsUpdater, label);
  }
}
