package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.prune;
import static dev.espalier.workers.TinyStages.run;
import static dev.espalier.workers.TinyStages.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Recalibrate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pruned network whose batch norms are recalibrated, as a worker runs it. */
class RecalibratedTest {
  private static final PlannedStage TRAIN = train();
  private static final PlannedStage PRUNE = prune(TRAIN, "0.5", Scope.FLAT);
  private static final PlannedStage RECALIBRATE =
      planned(new Recalibrate(100, List.of()), PRUNE, List.of(), false);

  @TempDir Path folder;

  @Test
  void changesRunningStatisticsAloneAndGivesEqualBitsAgain() throws Exception {
    run(folder, TRAIN, PRUNE);
    StageResult.Done first = run(folder, RECALIBRATE);
    NetworkFile before = file(PRUNE);
    NetworkFile after = file(RECALIBRATE);
    assertEquals(before.holds().keySet(), after.holds().keySet());
    for (int i = 0; i < before.tensors().size(); i++) {
      Tensor was = before.tensors().get(i);
      float[] is = after.tensors().get(i).values();
      if (was.trainable()) {
        assertArrayEquals(was.values(), is, was.name());
      } else {
        assertFalse(Arrays.equals(was.values(), is), was.name());
      }
    }
    new CheckpointStore(folder).remove(RECALIBRATE.id());
    assertEquals(network(first).sha256(), network(run(folder, RECALIBRATE)).sha256());
    run(folder, fineTune(RECALIBRATE, 1, List.of(), false));
  }

  private NetworkFile file(PlannedStage stage) throws IOException {
    return NetworkFile.decode(new CheckpointStore(folder).read(stage.id(), "network"));
  }
}
