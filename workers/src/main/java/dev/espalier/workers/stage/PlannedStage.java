package dev.espalier.workers.stage;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage in its place in the tree: all that a worker needs to run it.
 *
 * @param id of the state it reaches
 * @param root the stage that starts the network of this trial
 * @param from the state it starts from by meaning; null for a stage that starts a network
 * @param earlier for fine-tuning: planned states of the same fine-tuning at earlier epochs, latest
 *     first, from which the work may continue; where their updater state is gone, the work starts
 *     from {@code from} again and ends in the same bits
 * @param keepsUpdater whether its updater state must be kept, because a planned stage continues
 *     from this one or because the sweep keeps all
 * @param label for people: {@code fine-tune resnet18 w=0.25 s=0.9 flat epoch 1-3}
 */
public record PlannedStage(
    StageId id,
    Stage stage,
    Stage root,
    DataAndSeed setup,
    @Nullable StageId from,
    List<StageId> earlier,
    boolean keepsUpdater,
    String label)
    implements Serializable {

  public PlannedStage {
    earlier = List.copyOf(earlier);
  }

  /**
   * The stage that must be done before this one can start; null for a stage that starts a network.
   */
  public @Nullable StageId parent() {
    return earlier.isEmpty() ? from : earlier.get(0);
  }

  /**
   * How the images of its trial are normalized; null: by the mean and deviation of the training
   * images.
   */
  public @Nullable Normalization normalization() {
    return root instanceof Stage.Load load ? load.input() : null;
  }

  /** The same stage, whose work continues from no earlier epoch. */
  public PlannedStage alone() {
    return new PlannedStage(id, stage, root, setup, from, List.of(), keepsUpdater, label);
  }
}
