package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.SETUP;
import static dev.espalier.workers.TinyStages.TINY;
import static dev.espalier.workers.TinyStages.cluster;
import static dev.espalier.workers.TinyStages.digest;
import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.prune;
import static dev.espalier.workers.TinyStages.pruning;
import static dev.espalier.workers.TinyStages.recipe;
import static dev.espalier.workers.TinyStages.run;
import static dev.espalier.workers.TinyStages.train;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real thing, small: shapes of 12 pixels, networks of a few channels. */
class WorkerTest {
  private static final Network OWN =
      Networks.of(new Model("mnist-cnn", new BigDecimal("0.25")), SETUP.data());

  @TempDir static Path baseline;
  @TempDir Path folder;

  @BeforeAll
  static void trainOnce() throws Exception {
    run(baseline, train());
  }

  @Test
  void oneEpochThenTwoMoreEndsInTheBitsOfThreeInOneGo() throws Exception {
    PlannedStage train = train();
    PlannedStage pruned = prune(train, "0.8", Scope.FLAT);
    PlannedStage first = fineTune(pruned, 1, List.of(), true);
    PlannedStage thirdAfterFirst = fineTune(pruned, 3, List.of(first.id()), false);
    PlannedStage thirdAtOnce = fineTune(pruned, 3, List.of(), false);

    Path stepwise = trained("stepwise");
    run(stepwise, pruned, first);
    StageResult.Done continued = run(stepwise, thirdAfterFirst);
    Path direct = trained("direct");
    run(direct, pruned);
    StageResult.Done inOneGo = run(direct, thirdAtOnce);

    assertEquals(thirdAtOnce.id(), thirdAfterFirst.id());
    assertSameBits(inOneGo, continued);
  }

  @Test
  void startsAgainFromThePrunedNetworkWhereTheUpdaterWasNotKept() throws Exception {
    PlannedStage train = train();
    PlannedStage pruned = prune(train, "0.8", Scope.LAYERWISE);
    PlannedStage first = fineTune(pruned, 1, List.of(), false);
    PlannedStage second = fineTune(pruned, 2, List.of(first.id()), false);
    Path stages = trained("kept");
    run(stages, pruned, first);
    StageResult.Done again = run(stages, second);

    Path direct = trained("direct");
    run(direct, pruned);
    assertSameBits(run(direct, fineTune(pruned, 2, List.of(), false)), again);
  }

  @Test
  void continuesWithItsMasksThoughThePrunedNetworkIsGone() throws Exception {
    PlannedStage pruned = prune(train(), "0.8", Scope.FLAT);
    PlannedStage first = fineTune(pruned, 1, List.of(), true);
    PlannedStage third = fineTune(pruned, 3, List.of(first.id()), false);
    Path whole = trained("whole");
    StageResult.Done expected = run(whole, pruned, first, third);
    Path lost = trained("lost");
    run(lost, pruned, first);
    new CheckpointStore(lost).remove(pruned.id());
    assertSameBits(expected, run(lost, third));
  }

  @Test
  void prunedWeightsStayPositiveZeroThroughFineTuningAndClustering() throws Exception {
    PlannedStage train = train();
    PlannedStage pruned = prune(train, "0.9", Scope.FLAT);
    PlannedStage tuned = fineTune(pruned, 2, List.of(), false);
    PlannedStage clustered = cluster(tuned, 4);
    Path stages = trained("stages");
    StageResult.Done afterPruning = run(stages, pruned);
    List<Tensor> masked = tensors(stages, afterPruning);
    for (PlannedStage later : List.of(tuned, clustered)) {
      StageResult.Done done = run(stages, later);
      List<Tensor> tensors = tensors(stages, done);
      for (int t = 0; t < masked.size(); t++) {
        if (masked.get(t).kind() == Tensor.Kind.CONVOLUTION
            || masked.get(t).kind() == Tensor.Kind.DENSE) {
          float[] before = masked.get(t).values();
          float[] now = tensors.get(t).values();
          for (int i = 0; i < before.length; i++) {
            if (before[i] == 0) {
              assertEquals(
                  0, Float.floatToRawIntBits(now[i]), masked.get(t).name() + "[" + i + "]");
            }
          }
        }
      }
      assertEquals(
          afterPruning.metrics().get(Metrics.SPARSITY_ACHIEVED),
          done.metrics().get(Metrics.SPARSITY_ACHIEVED),
          1e-12);
    }
  }

  @Test
  void prunesTheRoundedShareOfTheWholeNetworkAndSaysSo() throws Exception {
    StageResult.Done done = run(trained("stages"), prune(train(), "0.7", Scope.FLAT));
    long prunable =
        done.layers().stream().filter(LayerRow::prunable).mapToLong(LayerRow::weights).sum();
    long nonzero =
        done.layers().stream().filter(LayerRow::prunable).mapToLong(LayerRow::nonzero).sum();
    assertEquals(Math.round(0.7 * (double) prunable), prunable - nonzero);
    assertEquals(
        (double) (prunable - nonzero) / prunable, done.metrics().get(Metrics.SPARSITY_ACHIEVED));
  }

  @Test
  void countsTheLayersThatFlatPruningEmptied() throws Exception {
    PlannedStage train = train();
    run(folder, train);
    StageResult.Done done = run(folder, prune(train, "0.9999", Scope.FLAT));
    long empty = done.layers().stream().filter(row -> row.prunable() && row.nonzero() == 0).count();
    assertTrue(empty > 0, done.layers().toString());
    assertEquals((double) empty, done.metrics().get(Metrics.LAYERS_COLLAPSED));
  }

  @Test
  void clusteredLayersHoldAtMostSoManyValues() throws Exception {
    Path stages = trained("stages");
    for (int centroids : new int[] {1, 3, 16}) {
      StageResult.Done done = run(stages, cluster(train(), centroids));
      for (LayerRow layer : done.layers()) {
        assertTrue(layer.values() <= centroids, layer.toString());
      }
      assertTrue(done.metrics().get(Metrics.VALUES_MAX) <= centroids);
    }
  }

  @Test
  void theCompressedSizeIsThatOfTheWeightsInTheFileAndTheFileGivesEveryOneBack() throws Exception {
    PlannedStage train = train();
    PlannedStage pruned = prune(train, "0.9", Scope.LAYERWISE);
    Path stages = trained("stages");
    for (PlannedStage stage : List.of(train, pruned, cluster(pruned, 8))) {
      StageResult.Done done = run(stages, stage);
      Path file = stages.resolve(done.id().hex()).resolve(network(done).name());
      byte[] weights = CompressedNetwork.firstVersion(Files.readAllBytes(file));
      assertEquals((double) weights.length, done.metrics().get(Metrics.SIZE_COMPRESSED_BYTES));
      assertEquals(network(done).bytes(), Files.size(file));
      long parameters =
          CompressedNetwork.decode(Files.readAllBytes(file)).stream()
              .filter(Tensor::trainable)
              .mapToLong(tensor -> tensor.values().length)
              .sum();
      assertEquals((double) parameters, done.metrics().get(Metrics.PARAMS_TOTAL));
      assertEquals(
          (double) Networks.of(TINY, SETUP.data()).parameters(),
          done.metrics().get(Metrics.PARAMS_TOTAL));
    }
  }

  @Test
  void aStageThatIsCommittedIsNotRunAgain() throws Exception {
    StageResult.Done first = run(baseline, train());
    StageResult.Done second = run(baseline, train());
    assertEquals(first, second);
  }

  @Test
  void aTrainingThatDivergesFailsAndSaysWhere() throws Exception {
    Recipe wild = recipe("10", "1000");
    PlannedStage train = planned(new Train(TINY, digest(), wild, 3), null, List.of(), false);
    StageResult result = new Worker(folder.toString(), null).run(train);
    StageResult.Failed failed = assertInstanceOf(StageResult.Failed.class, result);
    assertEquals(StageResult.Cause.DIVERGED, failed.cause());
    assertTrue(failed.reason().contains("epoch"), failed.reason());
    assertTrue(new CheckpointStore(folder).find(train.id()).isEmpty());
  }

  @Test
  void startsFromTheUsersOwnNetwork() throws Exception {
    Stage load = ownNetwork();
    PlannedStage loaded = planned(load, null, List.of(), false);
    PlannedStage pruned = planned(pruning("0.5", Scope.FLAT), loaded, List.of(), false);
    PlannedStage tuned =
        planned(new FineTune(recipe("0.01", "0.0005"), 1), pruned, List.of(), false);
    StageResult.Done start = run(folder, loaded);
    assertEquals((double) OWN.parameters(), start.metrics().get(Metrics.PARAMS_TOTAL));
    StageResult.Done halved = run(folder, pruned);
    assertEquals(0.5, halved.metrics().get(Metrics.SPARSITY_ACHIEVED), 1e-3);
    assertEquals(1, run(folder, tuned).curve().size());
  }

  @Test
  void readsTheUsersFileAgainWhereItsCheckpointIsGone() throws Exception {
    Stage load = ownNetwork();
    PlannedStage loaded = planned(load, null, List.of(), false);
    PlannedStage pruned = planned(pruning("0.5", Scope.FLAT), loaded, List.of(), false);
    PlannedStage clustered =
        planned(
            new Cluster(4, KernelSelection.standard(), false, List.of()), pruned, List.of(), false);
    Path whole = folder.resolve("whole");
    StageResult.Done expected = run(whole, loaded, pruned, clustered);
    Path lost = folder.resolve("lost");
    run(lost, loaded, pruned);
    new CheckpointStore(lost).remove(loaded.id());
    assertSameBits(expected, run(lost, clustered));
  }

  /** The user's own network, saved. */
  private Stage ownNetwork() throws Exception {
    Path zip = folder.resolve("model.zip");
    try (TrainableNetwork own = TrainableNetwork.of(OWN, Initialization.of(OWN, 7))) {
      own.save(zip);
    }
    return new Load(zip.toString(), StageId.sha256(Files.readAllBytes(zip)), null);
  }

  @Test
  void refusesAnOwnNetworkThatChangedSinceThePlan() throws Exception {
    Path zip = Files.write(folder.resolve("model.zip"), new byte[] {1, 2, 3});
    Stage load = new Load(zip.toString(), StageId.sha256(new byte[] {4}), null);
    StageResult result =
        new Worker(folder.toString(), null).run(planned(load, null, List.of(), false));
    StageResult.Failed failed = assertInstanceOf(StageResult.Failed.class, result);
    assertTrue(failed.reason().contains("has changed since"), failed.reason());
  }

  @Test
  void anInterruptedStageCommitsNothing() throws Exception {
    PlannedStage train = train();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> new Worker(folder.toString(), null).run(train));
    assertTrue(new CheckpointStore(folder).find(train.id()).isEmpty());
  }

  private static void assertSameBits(StageResult.Done expected, StageResult.Done found) {
    assertEquals(expected.metrics(), found.metrics());
    assertEquals(expected.curve(), found.curve());
    assertEquals(network(expected).sha256(), network(found).sha256());
    assertEquals(expected.correct(), found.correct());
  }

  private Path trained(String name) throws IOException {
    return TinyStages.copy(baseline, folder.resolve(name));
  }

  private static List<Tensor> tensors(Path stages, StageResult.Done done) throws IOException {
    return CompressedNetwork.decode(new CheckpointStore(stages).read(done.id(), "network"));
  }
}
