package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The resources that a sweep needs: disk for checkpoints, memory for stages, heap for the plan. */
public final class Footprint {
  private static final int FLOAT = 4;

  /** The assumption for the user's own network, whose table is not known before it runs. */
  private static final long OWN_NETWORK_BYTES = 1_500_000_000L;

  /** Java's heap without stages, and for each stage; measured, see docs/scale.md. */
  private static final long HEAP_BYTES = 256 << 20;

  private static final long HEAP_BYTES_A_STAGE = 30 << 10;

  private Footprint() {}

  /**
   * Refuses a plan whose results this process cannot hold.
   *
   * @param heap bytes that Java's heap may have
   * @throws RefusedException if that is too little
   */
  public static void checkHeap(Plan plan, long heap) {
    long needed = HEAP_BYTES + plan.stages().size() * HEAP_BYTES_A_STAGE;
    if (needed > heap) {
      throw new RefusedException(
          "the process that runs the sweep must have %,d MiB of Java's heap for %,d stages, found %,d MiB; give it more (spark-submit --driver-memory %dm, ESPALIER_JAVA_OPTS=-Xmx%dm bin/espalier), or use a smaller grid"
              .formatted(
                  needed >> 20,
                  plan.stages().size(),
                  heap >> 20,
                  withMargin(needed),
                  withMargin(needed)));
    }
  }

  /** In MiB: Java cannot use a part of its heap, between two generations. */
  private static long withMargin(long heap) {
    return (heap + heap / 8) >> 20;
  }

  /** Upper bound for the bytes that the largest stage needs outside Java's heap. */
  public static long resident(Plan plan) {
    int batch =
        plan.stages().stream()
            .flatMap(planned -> Optional.ofNullable(planned.stage().recipe()).stream())
            .mapToInt(Recipe::batch)
            .max()
            .orElse(1);
    long most = 0;
    for (PlannedStage stage : plan.stages()) {
      if (stage.stage() instanceof Train train) {
        Network network = Networks.of(train.model(), stage.setup().data());
        most = Math.max(most, network.residentBytes(batch));
      } else if (stage.stage() instanceof Load) {
        most = Math.max(most, OWN_NETWORK_BYTES);
      }
    }
    return most;
  }

  /** Upper bound for the bytes of the checkpoints of {@code stages}; most of them compress well. */
  public static long atMost(Collection<PlannedStage> stages) throws IOException {
    Map<Start, Long> weights = new HashMap<>();
    long bytes = 0;
    for (PlannedStage stage : stages) {
      Start start = new Start(stage.root(), stage.setup().data());
      Long known = weights.get(start);
      long once = known == null ? weights(start) : known;
      weights.put(start, once);
      bytes += stage.keepsUpdater() ? 2 * once : once;
    }
    return bytes;
  }

  /** How the network of a trial starts, which determines its size. */
  private record Start(Stage root, DataFacts data) {}

  /**
   * Refuses to start if the store is too small.
   *
   * @throws RefusedException if it is
   */
  static void check(Collection<PlannedStage> toRun, Storage store) throws IOException {
    long needed = atMost(toRun);
    long free = store.free();
    if (needed > free) {
      throw new RefusedException(
          "%s: must have room for up to %,d bytes of checkpoints, found %,d bytes free; make room (espalier clean DIR removes what no sweep needs), or use another --store, --out or a smaller grid"
              .formatted(store.address(), needed, free));
    }
  }

  private static long weights(Start start) throws IOException {
    if (start.root() instanceof Train train) {
      return FLOAT
          * Networks.of(train.model(), start.data()).layout().stream()
              .mapToLong(parameter -> parameter.size())
              .sum();
    } else if (start.root() instanceof Load load) {
      return Files.size(Path.of(load.path()));
    }
    throw new AssertionError(start.root());
  }
}
