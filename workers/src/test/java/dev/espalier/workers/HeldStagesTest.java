package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.SETUP;
import static dev.espalier.workers.TinyStages.cluster;
import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.prune;
import static dev.espalier.workers.TinyStages.recipe;
import static dev.espalier.workers.TinyStages.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.CentroidInit;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States and what they hold, from stage to stage and through their files. */
class HeldStagesTest {
  private static final Model MODEL = new Model("mnist-cnn", new BigDecimal("0.25"));
  private static final Network NETWORK = Networks.of(MODEL, SETUP.data());

  private static final PlannedStage TRAIN = train(1, List.of(), true);
  private static final PlannedStage PRUNE = prune(TRAIN, "0.5", Scope.FLAT);
  private static final PlannedStage CLUSTER = cluster(PRUNE, 4);
  private static final PlannedStage TUNE = fineTune(CLUSTER, 1, List.of(), true);

  @TempDir static Path original;
  @TempDir Path folder;

  @BeforeAll
  static void runOnce() throws Exception {
    run(original, TRAIN, PRUNE, CLUSTER, TUNE);
  }

  @Test
  void fineTuningKeepsWhoSharesAValueWithWhom() throws Exception {
    assertTunedTogether(original, CLUSTER, TUNE);
    Cluster fromEvenSteps =
        new Cluster(4, CentroidInit.LINEAR, 2, KernelSelection.standard(), false, List.of());
    PlannedStage linear = planned(fromEvenSteps, PRUNE, List.of(), false);
    PlannedStage tuned = fineTune(linear, 1, List.of(), false);
    Path stages = TinyStages.copy(original, folder);
    Metrics clustered = run(stages, linear).metrics();
    run(stages, tuned);
    assertTunedTogether(stages, linear, tuned);
    assertEquals(4, clustered.get("values/max"));
    assertNotEquals(
        network(run(original, CLUSTER)).sha256(), network(run(stages, linear)).sha256());
  }

  private static void assertTunedTogether(Path stages, PlannedStage cluster, PlannedStage tune)
      throws Exception {
    NetworkFile clustered = file(stages, cluster);
    NetworkFile tuned = file(stages, tune);
    int moved = 0;
    for (Tensor tensor : tuned.tensors()) {
      if (clustered.holds().get(tensor.name()) instanceof Hold.Shared before) {
        Codebook after =
            assertInstanceOf(Hold.Shared.class, tuned.holds().get(tensor.name())).codebook();
        assertTrue(before.codebook().groupsAs(after), tensor.name());
        assertArrayEquals(after.decode(), tensor.values(), tensor.name());
        moved += Arrays.equals(after.centroids(), before.codebook().centroids()) ? 0 : 1;
      }
    }
    assertTrue(moved >= 3, moved + " codebooks moved");
    assertEquals(NETWORK, tuned.table());
    Metrics metrics = run(stages, tune).metrics();
    assertTrue(metrics.get("values/max") <= 4 && metrics.get("sparsity/achieved") >= 0.5);
  }

  @Test
  void fineTuningSharedValuesGoesOnBitForBit() throws Exception {
    Path stages = TinyStages.copy(original, folder);
    PlannedStage second = fineTune(CLUSTER, 2, List.of(TUNE.id()), false);
    StageResult.Done stepwise = run(stages, second);
    new CheckpointStore(stages).remove(second.id());
    StageResult.Done inOneGo = run(stages, second.alone());
    assertEquals(network(inOneGo).sha256(), network(stepwise).sha256());
    PlannedStage mean =
        planned(
            new FineTune(recipe("0.01", "0.0005"), 1, CentroidGradient.MEAN, List.of()),
            CLUSTER,
            List.of(),
            false);
    assertNotEquals(TUNE.id(), mean.id());
    assertNotEquals(network(run(stages, TUNE)).sha256(), network(run(stages, mean)).sha256());
  }

  @Test
  void everyLaterStageFindsTheHoldsOfFilesOfTheFirstVersion() throws Exception {
    PlannedStage pruned = prune(TUNE, "0.7", Scope.LAYERWISE);
    PlannedStage again = fineTune(pruned, 1, List.of(), false);
    Path today = TinyStages.copy(original, folder.resolve("today"));
    Path before = TinyStages.copy(original, folder.resolve("before"));
    for (PlannedStage stage : List.of(TRAIN, PRUNE, CLUSTER)) {
      makeFirst(before, stage.id());
    }
    new CheckpointStore(before).remove(TUNE.id());
    for (PlannedStage stage : List.of(TUNE, pruned, again)) {
      assertEquals(network(run(today, stage)).sha256(), network(run(before, stage)).sha256());
    }

    new CheckpointStore(before).remove(TUNE.id());
    new CheckpointStore(before).remove(PRUNE.id());
    StageResult.Failed failed =
        assertInstanceOf(StageResult.Failed.class, new Worker(before.toString(), null).run(TUNE));
    assertTrue(failed.reason().endsWith("is missing"), failed.reason());
  }

  @Test
  void aBaselineGoesOnFromItsEarlierEpochsBitForBit() throws Exception {
    PlannedStage third = train(3, List.of(TRAIN.id()), false);
    StageResult.Done stepwise = run(TinyStages.copy(original, folder.resolve("a")), third);
    StageResult.Done inOneGo = run(folder.resolve("b"), third.alone());
    assertEquals(inOneGo.curve(), stepwise.curve());
    assertEquals(3, stepwise.curve().size());
    assertEquals(network(inOneGo).sha256(), network(stepwise).sha256());

    PlannedStage lost = train(2, List.of(new StageId("0".repeat(64))), false);
    assertEquals(2, run(folder.resolve("c"), lost).curve().size());
  }

  @Test
  void fineTuningABaselineStartsWithoutItsVelocityAndItsEpochs() throws Exception {
    PlannedStage tuned = fineTune(TRAIN, 1, List.of(), false);
    StageResult.Done afterKept = run(TinyStages.copy(original, folder.resolve("kept")), tuned);
    Path plain = folder.resolve("plain");
    run(plain, train(1, List.of(), false));
    StageResult.Done afterPlain = run(plain, tuned);
    assertEquals(1, afterKept.curve().size());
    assertEquals(afterPlain.curve(), afterKept.curve());
    assertEquals(network(afterPlain).sha256(), network(afterKept).sha256());
    assertNotEquals(network(run(plain, TRAIN)).sha256(), network(afterKept).sha256());
  }

  @Test
  void aStageMayLeaveANarrowerNetworkThatLaterStagesGoOnWith() throws Exception {
    PlannedStage narrow = planned(new ToyStages.Narrow(), PRUNE, List.of(), false);
    PlannedStage first = fineTune(narrow, 1, List.of(), true);
    PlannedStage second = fineTune(narrow, 2, List.of(first.id()), false);
    PlannedStage further = fineTune(second, 1, List.of(), false);
    Path stages = TinyStages.copy(original, folder);
    StageResult.Done small = run(stages, narrow);
    run(stages, first);
    CheckpointStore store = new CheckpointStore(stages);
    store.remove(TRAIN.id());
    store.remove(PRUNE.id());
    StageResult.Done stepwise = run(stages, second);
    StageResult.Done last = run(stages, further);

    NetworkFile file = file(stages, further);
    Network table = ToyStages.Narrow.narrower(NETWORK);
    assertEquals(table, file.table());
    assertEquals((double) table.parameters(), last.metrics().get("params/total"));
    assertEquals((double) table.parameters(), small.metrics().get("params/total"));
    assertTrue(file.holds().values().stream().anyMatch(Hold.Zeros.class::isInstance));
    store.remove(second.id());
    assertEquals(network(stepwise).sha256(), network(run(stages, second.alone())).sha256());

    float[] image = new float[12 * 12 * 3];
    Checkpoints checkpoints = new Checkpoints(store);
    try (TrainableNetwork byFile = checkpoints.network(last);
        TrainableNetwork byPlan = checkpoints.network(further, last)) {
      assertArrayEquals(byFile.predict(image, 1), byPlan.predict(image, 1));
      assertEquals(table, byFile.table());
    }
  }

  @Test
  void aCalibrationSeesTheFirstTrainingImagesAndKeepsWhatIsHeld() throws Exception {
    PlannedStage calibrated = planned(new ToyStages.MeanBias(40), TUNE, List.of(), false);
    Path stages = TinyStages.copy(original, folder);
    run(stages, calibrated);
    NetworkFile before = file(stages, TUNE);
    NetworkFile after = file(stages, calibrated);
    float mean = ToyStages.MeanBias.meanOfFirst(40);
    for (int i = 0; i < before.tensors().size(); i++) {
      Tensor was = before.tensors().get(i);
      float[] expected = was.values().clone();
      if (!was.kind().isKernel()) {
        Arrays.fill(expected, mean);
      }
      assertArrayEquals(expected, after.tensors().get(i).values(), was.name());
    }
    assertEquals(before.holds().keySet(), after.holds().keySet());
  }

  private static PlannedStage train(int epochs, List<StageId> earlier, boolean keepsUpdater) {
    Stage train = new Train(MODEL, NETWORK.digest(), recipe("0.05", "0.0005"), epochs);
    return planned(train, null, earlier, keepsUpdater);
  }

  private static NetworkFile file(Path stages, PlannedStage stage) throws IOException {
    return NetworkFile.decode(new CheckpointStore(stages).read(stage.id(), "network"));
  }

  /** As the first edition left it: a file without table and holds, and one of masks. */
  private static void makeFirst(Path stages, StageId id) throws IOException {
    CheckpointStore store = new CheckpointStore(stages);
    StageResult.Done done = store.find(id).orElseThrow();
    NetworkFile file = NetworkFile.decode(store.read(id, "network"));
    Map<String, DataFile> files = new TreeMap<>(done.files());
    files.put(
        "network",
        write(
            stages,
            id,
            "network-1.esp",
            CompressedNetwork.firstVersion(store.read(id, "network"))));
    List<Tensor> kept = new ArrayList<>();
    for (Tensor tensor : file.tensors()) {
      if (file.holds().get(tensor.name()) instanceof Hold.Zeros zeros) {
        float[] ones = new float[tensor.values().length];
        Arrays.fill(ones, 1);
        kept.add(tensor.with(zeros.mask().applied(ones)));
      }
    }
    if (id.equals(PRUNE.id())) {
      files.put("masks", write(stages, id, "masks-1.esp", CompressedNetwork.encode(kept).bytes()));
    }
    StageResult.Done first =
        new StageResult.Done(
            id,
            done.measure(),
            done.metrics(),
            done.curve(),
            done.layers(),
            done.correct(),
            files,
            done.environment(),
            done.seconds());
    Files.writeString(stages.resolve(id.hex()).resolve("result.json"), ResultJson.write(first));
  }

  private static DataFile write(Path stages, StageId id, String name, byte[] content)
      throws IOException {
    Files.write(stages.resolve(id.hex()).resolve(name), content);
    return new DataFile(name, StageId.sha256(content), content.length);
  }
}
