package dev.espalier.sweep.cli;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.run.RunDirectory;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** What checkpoints take on disk. */
final class Footprint {
  private static final int FLOAT = 4;

  private Footprint() {}

  /** No more bytes than this for the checkpoints of {@code stages}: most of them compress well. */
  static long atMost(Collection<PlannedStage> stages) throws IOException {
    long bytes = 0;
    for (PlannedStage stage : stages) {
      bytes += stage.keepsUpdater() ? 2 * weights(stage) : weights(stage);
    }
    return bytes;
  }

  /**
   * Refuses to start what the disk cannot hold.
   *
   * @param directory an existing folder on the disk
   */
  static void check(Plan plan, RunDirectory directory) throws IOException, UsageException {
    CheckpointStore store = directory.store();
    long needed = atMost(plan.stages().stream().filter(s -> !store.hasResult(s.id())).toList());
    Path out = directory.root();
    long free = Files.getFileStore(out).getUsableSpace();
    if (needed > free) {
      throw new UsageException(
          "%s: must have room for up to %,d bytes of checkpoints, found %,d bytes free; take another --out or a smaller grid"
              .formatted(out, needed, free));
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
