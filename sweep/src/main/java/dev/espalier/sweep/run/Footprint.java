package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** What a sweep takes: disk for its checkpoints, memory for its stages. */
public final class Footprint {
  private static final int FLOAT = 4;

  /** For the user's own network, whose table is not known before it runs. */
  private static final long OWN_NETWORK_BYTES = 1_500_000_000L;

  private Footprint() {}

  /** Bytes that the largest stage has at most beside Java's heap. */
  public static long resident(Plan plan, SweepSpec spec) {
    long most = 0;
    for (PlannedStage stage : plan.stages()) {
      if (stage.stage() instanceof Stage.Train train) {
        int batch = Math.max(train.recipe().batch(), spec.fineTune().batch());
        Network network = Networks.of(train.model(), stage.setup().data());
        most = Math.max(most, network.residentBytes(batch));
      } else if (stage.stage() instanceof Stage.Load) {
        most = Math.max(most, OWN_NETWORK_BYTES);
      }
    }
    return most;
  }

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
