package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.SETUP;
import static dev.espalier.workers.TinyStages.cluster;
import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.recipe;
import static dev.espalier.workers.TinyStages.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.data.Batches;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.GradualSparsity;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.GradualPrune;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Train;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pruning in the middle of training, by whole stages. An epoch has 4 steps. */
class GradualPruneTest {
  private static final Network NETWORK =
      Networks.of(new Model("mnist-cnn", new BigDecimal("0.25")), SETUP.data());
  private static final Recipe RECIPE = recipe("0.01", "0.0005");
  private static final PlannedStage TRAIN =
      planned(
          new Train(
              new Model("mnist-cnn", new BigDecimal("0.25")),
              NETWORK.digest(),
              recipe("0.05", "0.0005"),
              1),
          null,
          List.of(),
          false);
  private static final PlannedStage GRADUAL = gradual(TRAIN, RECIPE, "0.3", "0.877", Scope.FLAT);

  /** 0.877 - 0.577 x (1 - t / 8)^3, by hand. */
  private static final Map<Integer, String> SPARSITY =
      Map.of(0, "0.3", 2, "0.633578", 4, "0.804875", 6, "0.867984", 8, "0.877");

  @TempDir static Path original;
  @TempDir Path folder;

  @BeforeAll
  static void runOnce() throws Exception {
    run(original, TRAIN, GRADUAL);
  }

  @Test
  void isATrainingByHandWithMasksByHand() throws Exception {
    Dataset data = Datasets.load(SETUP.source(), null).normalizedBy(null);
    Batches batches = new Batches(data, RECIPE, StageWork.fineTuneSeed(SETUP.seed()));
    float[] images = new float[32 * 12 * 12 * 3];
    int[] labels = new int[32];
    List<Tensor> tensors = file(original, TRAIN).tensors();
    TreeSet<Weight> pruned = new TreeSet<>(PLACE);
    TrainableNetwork net = TrainableNetwork.of(NETWORK, tensors);
    net.prepare(RECIPE);
    for (int step = 0; step < 12; step++) {
      if (SPARSITY.containsKey(step)) {
        float[] velocity = net.updater();
        tensors = net.parameters();
        net.close();
        prune(tensors, pruned, new BigDecimal(SPARSITY.get(step)));
        net = TrainableNetwork.of(NETWORK, tensors);
        net.prepare(RECIPE);
        net.updater(velocity);
        net.hold(holds(tensors, pruned), CentroidGradient.SUM);
      }
      batches.fill(step / 4, step % 4, images, labels);
      net.step(images, labels, 0.01);
    }
    List<Tensor> expected = net.parameters();
    float[] velocity = net.updater();
    net.close();

    List<Tensor> found = file(original, GRADUAL).tensors();
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).values(), found.get(i).values(), found.get(i).name());
    }
    assertArrayEquals(velocity, updater(original, GRADUAL));
    assertEquals(holds(found, pruned), file(original, GRADUAL).holds());
  }

  @Test
  void endsWithExactlyTheSparsityAndACurve() throws Exception {
    StageResult.Done done = run(original, GRADUAL);
    int prunable = 0;
    int zeros = 0;
    for (Tensor tensor : file(original, GRADUAL).tensors()) {
      if (tensor.kind().isKernel()) {
        prunable += tensor.values().length;
        for (float value : tensor.values()) {
          zeros += value == 0 ? 1 : 0;
        }
      }
    }
    assertEquals(Math.round(0.877 * prunable), zeros);
    assertEquals((double) zeros / prunable, done.metrics().get("sparsity/achieved"));
    assertEquals(3, done.curve().size());
    assertTrue(done.layers().stream().anyMatch(layer -> layer.prunable()));
  }

  @Test
  void givesEqualBitsAgainAlsoAfterAnAttemptThatWasStopped() throws Exception {
    run(folder, TRAIN);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> run(folder, GRADUAL));
    assertEquals(network(run(original, GRADUAL)).sha256(), network(run(folder, GRADUAL)).sha256());
    assertArrayEquals(updater(original, GRADUAL), updater(folder, GRADUAL));
  }

  @Test
  void fineTuningAfterwardsKeepsTheZeros() throws Exception {
    Path stages = TinyStages.copy(original, folder);
    PlannedStage tuned = fineTune(GRADUAL, 1, List.of(), false);
    assertEquals(1, run(stages, tuned).curve().size());
    assertEquals(file(stages, GRADUAL).holds(), file(stages, tuned).holds());
    for (Tensor tensor : file(stages, tuned).tensors()) {
      if (file(stages, tuned).holds().get(tensor.name()) instanceof Hold.Zeros zeros) {
        assertArrayEquals(zeros.mask().applied(tensor.values()), tensor.values());
      }
    }
  }

  @Test
  void whatWasPrunedBeforeStaysAndSharedValuesStayShared() throws Exception {
    Path stages = TinyStages.copy(original, folder);
    PlannedStage half = TinyStages.prune(TRAIN, "0.5", Scope.FLAT);
    PlannedStage clustered = cluster(half, 4);
    PlannedStage gradual = gradual(clustered, RECIPE, "0", "0.8", Scope.LAYERWISE);
    run(stages, half, clustered);
    assertTrue(run(stages, gradual).metrics().get("values/max") <= 4);
    NetworkFile before = file(stages, clustered);
    NetworkFile after = file(stages, gradual);
    int shared = 0;
    for (Tensor tensor : after.tensors()) {
      if (before.holds().get(tensor.name()) instanceof Hold.Shared then) {
        Codebook now =
            assertInstanceOf(Hold.Shared.class, after.holds().get(tensor.name())).codebook();
        Mask zeros = Mask.pruning(tensor.values().length, now.zeros());
        assertTrue(now.groupsAs(then.codebook().without(zeros.pruned())), tensor.name());
        assertArrayEquals(now.decode(), tensor.values(), tensor.name());
        int least = (int) Math.round(0.8 * tensor.values().length);
        int was = then.codebook().zeros().length;
        assertEquals(Math.max(least, was), now.zeros().length, tensor.name());
        shared++;
      }
    }
    assertTrue(shared >= 3, shared + " shared");
  }

  @Test
  void aTrainingThatDivergesIsToldAsOne() throws Exception {
    Path stages = TinyStages.copy(original, folder);
    PlannedStage wild = gradual(TRAIN, recipe("10", "1"), "0", "0.5", Scope.FLAT);
    StageResult.Failed failed =
        assertInstanceOf(StageResult.Failed.class, new Worker(stages.toString(), null).run(wild));
    assertEquals(StageResult.Cause.DIVERGED, failed.cause(), failed.reason());
  }

  /** Three epochs with updates before the steps 0, 2, 4, 6 and 8. */
  private static PlannedStage gradual(
      PlannedStage from, Recipe recipe, String initial, String sparsity, Scope scope) {
    GradualSparsity rising =
        new GradualSparsity(
            new BigDecimal(initial),
            new BigDecimal(sparsity),
            new BigDecimal(3),
            2,
            new BigDecimal("0.75"));
    GradualPrune stage =
        new GradualPrune(
            recipe,
            3,
            rising,
            WeightPruning.byMagnitude(scope),
            KernelSelection.standard(),
            CentroidGradient.SUM,
            List.of());
    return planned(stage, from, List.of(), true);
  }

  private record Weight(int tensor, int index, float magnitude) {}

  private static final Comparator<Weight> PLACE =
      Comparator.comparing(Weight::tensor).thenComparing(Weight::index);

  /** Adds the least of the weights that are not pruned until there are enough. */
  private static void prune(List<Tensor> tensors, Set<Weight> pruned, BigDecimal sparsity) {
    List<Weight> left = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      float[] values = tensors.get(t).values();
      for (int i = 0; i < values.length && tensors.get(t).kind().isKernel(); i++) {
        left.add(new Weight(t, i, Math.abs(values[i])));
      }
    }
    long enough = Math.round(sparsity.doubleValue() * left.size());
    left.removeIf(pruned::contains);
    left.sort(Comparator.comparing(Weight::magnitude).thenComparing(PLACE));
    for (int i = 0; pruned.size() < enough; i++) {
      pruned.add(left.get(i));
    }
  }

  private static Map<String, Hold> holds(List<Tensor> tensors, Set<Weight> pruned) {
    Map<String, Hold> holds = new HashMap<>();
    for (int t = 0; t < tensors.size(); t++) {
      int tensor = t;
      int[] zeros =
          pruned.stream().filter(w -> w.tensor() == tensor).mapToInt(Weight::index).toArray();
      if (tensors.get(t).kind().isKernel()) {
        Mask mask = Mask.pruning(tensors.get(t).values().length, zeros);
        holds.put(tensors.get(t).name(), new Hold.Zeros(mask));
      }
    }
    return holds;
  }

  private static NetworkFile file(Path stages, PlannedStage stage) throws IOException {
    return NetworkFile.decode(new CheckpointStore(stages).read(stage.id(), "network"));
  }

  private static float[] updater(Path stages, PlannedStage stage) throws IOException {
    byte[] bytes = new CheckpointStore(stages).read(stage.id(), "updater");
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
