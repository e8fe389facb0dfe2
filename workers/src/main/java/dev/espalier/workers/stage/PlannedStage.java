package dev.espalier.workers.stage;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.StageId;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage in its place in the tree: everything that a worker needs to run it.
 *
 * @param id of the state it reaches
 * @param setup the data that it sees
 * @param path the logical states before it, from the one that starts the network to the one from
 *     which this stage starts; empty for a stage that starts a network
 * @param earlier planned states through which the work of this stage passes, latest first, and from
 *     which it may continue; if their updater state is gone, the work starts at the end of {@code
 *     path} and reaches the same bits
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

  /** The state that it reaches, as an element of later paths. */
  public Reached reached() {
    return new Reached(id, stage, setup);
  }

  /** The stage that starts the network: itself, or the first of its path. */
  public Stage root() {
    return path.isEmpty() ? stage : path.get(0).stage();
  }

  /** The state from which it logically starts; null for a stage that starts a network. */
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

  /** The data as seen by the initial network of the trial, with its images and classes. */
  public DataFacts startFacts() {
    return root() instanceof Load load ? load.facts(setup.data()) : setup.data();
  }

  /** The same stage, not continued from an earlier epoch. */
  public PlannedStage alone() {
    return new PlannedStage(id, stage, setup, path, List.of(), keepsUpdater, label);
  }
}
