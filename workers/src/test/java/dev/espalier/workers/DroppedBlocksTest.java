package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.prune;
import static dev.espalier.workers.TinyStages.run;
import static dev.espalier.workers.TinyStages.train;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.reshape.ResidualBlocks;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.DropBlocks;
import dev.espalier.workers.stage.DropBlocksByImages;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pruned network without some of its blocks, as a worker runs it. */
class DroppedBlocksTest {
  private static final PlannedStage TRAIN = train();
  private static final PlannedStage PRUNE = prune(TRAIN, "0.5", Scope.FLAT);
  private static final PlannedStage NAMED =
      planned(
          new DropBlocks(List.of("stage1.block1", "stage4.block2"), List.of()),
          PRUNE,
          List.of(),
          false);
  private static final PlannedStage CHOSEN =
      planned(new DropBlocksByImages(2, 100, List.of()), PRUNE, List.of(), false);

  @TempDir Path folder;

  @Test
  void aShallowerNetworkIsMeasuredTrainedOnAndGivesEqualBitsAgain() throws Exception {
    StageResult.Done before = run(folder, TRAIN, PRUNE);
    for (PlannedStage drop : List.of(NAMED, CHOSEN)) {
      StageResult.Done first = run(folder, drop);
      double parameters = first.metrics().get(Metrics.PARAMS_TOTAL);
      assertTrue(parameters < before.metrics().get(Metrics.PARAMS_TOTAL));
      assertEquals(parameters, (double) table(drop).parameters());
      assertEquals(3, ResidualBlocks.of(table(drop)).names().size());
      new CheckpointStore(folder).remove(drop.id());
      assertEquals(network(first).sha256(), network(run(folder, drop)).sha256());
      PlannedStage tuned = fineTune(drop, 1, List.of(), false);
      run(folder, tuned);
      assertEquals(file(drop).holds().keySet(), file(tuned).holds().keySet());
      assertEquals(table(drop), table(tuned));
    }
  }

  private Network table(PlannedStage stage) throws IOException {
    return Objects.requireNonNull(file(stage).table());
  }

  private NetworkFile file(PlannedStage stage) throws IOException {
    return NetworkFile.decode(new CheckpointStore(folder).read(stage.id(), "network"));
  }
}
