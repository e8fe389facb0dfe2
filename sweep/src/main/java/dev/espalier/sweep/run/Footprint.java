package dev.espalier.sweep.run;

import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** What checkpoints take on disk. */
public final class Footprint {
  private static final int FLOAT = 4;

  private Footprint() {}

  /** No more bytes than this for the checkpoints of {@code stages}: most of them compress well. */
  public static long atMost(Collection<PlannedStage> stages) throws IOException {
    long bytes = 0;
    for (PlannedStage stage : stages) {
      bytes += stage.keepsUpdater() ? 2 * weights(stage) : weights(stage);
    }
    return bytes;
  }

  /**
   * Refuses to start what the store cannot hold.
   *
   * @throws RefusedException if it cannot
   */
  static void check(Collection<PlannedStage> toRun, Storage store) throws IOException {
    long needed = atMost(toRun);
    long free = store.free();
    if (needed > free) {
      throw new RefusedException(
          "%s: must have room for up to %,d bytes of checkpoints, found %,d bytes free; make room (espalier clean DIR removes what no sweep needs), or take another --store, --out or a smaller grid"
              .formatted(store.address(), needed, free));
    }
  }

  private static long weights(PlannedStage stage) throws IOException {
    if (stage.root() instanceof Stage.Train train) {
      return FLOAT
          * Networks.of(train.model(), stage.setup().data()).layout().stream()
              .mapToLong(parameter -> parameter.size())
              .sum();
    } else if (stage.root() instanceof Stage.Load load) {
      return Files.size(Path.of(load.path()));
    }
    throw new AssertionError(stage.root());
  }
}
