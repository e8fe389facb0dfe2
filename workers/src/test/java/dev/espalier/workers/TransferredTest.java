package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.SETUP;
import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.run;
import static dev.espalier.workers.TinyStages.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.QuantizeToInt8;
import dev.espalier.workers.stage.ReplaceHead;
import dev.espalier.workers.stage.State;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that are given another classifier, as a worker runs them. */
class TransferredTest {
  private static final List<String> HEAD = List.of("dense 8");
  private static final int CLASSES = SETUP.data().classes();

  @TempDir Path folder;

  private static PlannedStage replaced(PlannedStage from, boolean freeze) {
    return planned(new ReplaceHead(HEAD, CLASSES, freeze, List.of()), from, List.of(), false);
  }

  @Test
  void theHeadAloneIsPrunedAndTrained() throws Exception {
    PlannedStage train = train();
    PlannedStage head = replaced(train, true);
    KernelSelection layers =
        new KernelSelection(List.of("classifier.dense1", "classifier.output"), List.of(), false);
    WeightPruning flat = WeightPruning.byMagnitude(Scope.FLAT);
    PlannedStage pruned =
        planned(new Prune(new BigDecimal("0.5"), flat, layers, List.of()), head, List.of(), false);
    PlannedStage tuned = fineTune(pruned, 1, List.of(), false);
    run(folder, train, head, pruned);
    StageResult.Done done = run(folder, tuned);
    Map<String, Tensor> before = tensors(train);
    Map<String, Tensor> drawn = tensors(head);
    int base = 0;
    for (Tensor tensor : tensors(tuned).values()) {
      float[] values = tensor.values();
      if (tensor.layer().startsWith("classifier.")) {
        assertFalse(Arrays.equals(get(drawn, tensor.name()).values(), values), tensor.name());
      } else {
        base++;
        assertArrayEquals(get(before, tensor.name()).values(), values, tensor.name());
      }
    }
    assertEquals(before.size() - 2, base);
    double weights = 8 * 32 + CLASSES * 8;
    double all = tensors(tuned).values().stream().mapToLong(TransferredTest::weights).sum();
    assertEquals(0.5, done.metrics().get(Metrics.SPARSITY_ACHIEVED));
    assertEquals(0.5 * weights / all, done.metrics().get(Metrics.SPARSITY_MODEL), 1e-12);
    new CheckpointStore(folder).remove(tuned.id());
    assertEquals(network(done).sha256(), network(run(folder, tuned)).sha256());
  }

  private static long weights(Tensor tensor) {
    return tensor.kind().isKernel() ? tensor.values().length : 0;
  }

  @Test
  void theNewLayersAreDrawnAsThoseOfABaselineAreAndTheBaseMayBeTrainedToo() throws Exception {
    PlannedStage train = train();
    PlannedStage head = replaced(train, false);
    run(folder, train, head);
    Network table = Objects.requireNonNull(file(head).table());
    for (Tensor fresh : Initialization.of(table, SETUP.seed())) {
      if (fresh.layer().startsWith("classifier.")) {
        assertArrayEquals(fresh.values(), get(tensors(head), fresh.name()).values());
      }
    }
    assertEquals(Map.of(), file(head).holds());
    PlannedStage tuned = fineTune(head, 1, List.of(), false);
    run(folder, tuned);
    assertFalse(
        Arrays.equals(
            get(tensors(head), "stem.conv/W").values(),
            get(tensors(tuned), "stem.conv/W").values()));
    assertEquals(Set.of(new Hold.Frozen()), Set.copyOf(file(frozen(train)).holds().values()));
  }

  private PlannedStage frozen(PlannedStage train) throws Exception {
    PlannedStage frozen = replaced(train, true);
    run(folder, frozen);
    return frozen;
  }

  @Test
  void dropoutGivesEqualBitsHoweverTrainingIsCutAndIsGoneFromIntegers() throws Exception {
    PlannedStage train = train();
    List<String> lines = List.of("dropout 0.5", "dense 8", "dropout 0.2");
    ReplaceHead stage = new ReplaceHead(lines, CLASSES, true, List.of());
    PlannedStage head = planned(stage, train, List.of(), false);
    PlannedStage first = fineTune(head, 1, List.of(), true);
    PlannedStage continued = fineTune(head, 2, List.of(first.id()), false);
    StageResult.Done cut = run(folder, train, head, first, continued);
    assertEquals(stage.apply(state(train), 1).table(), file(continued).table());
    new CheckpointStore(folder).remove(continued.id());
    new CheckpointStore(folder).remove(first.id());
    assertEquals(network(cut).sha256(), network(run(folder, continued.alone())).sha256());
    PlannedStage integers =
        planned(
            new QuantizeToInt8(64, new BigDecimal("100"), List.of()), continued, List.of(), false);
    StageResult.Done quantized = run(folder, integers);
    assertTrue(quantized.metrics().get(Metrics.SIZE_TFLITE_INT8_BYTES) > 0);
    assertTrue(cut.metrics().get(Metrics.SIZE_TFLITE_BYTES) > 0);
  }

  private State state(PlannedStage stage) throws IOException {
    NetworkFile file = file(stage);
    return new State(file.table(), file.tensors(), Map.of(), Set.of(), null, List.of());
  }

  @Test
  void nothingIsSaidOfTheAccuracyOfANetworkOfOtherClasses() throws Exception {
    Network own = Widths.network("mnist-cnn", "0.25", SETUP.data().height(), 3);
    Network other = new Network(own.height(), own.width(), own.channels(), withClasses(own, 3));
    Path zip = folder.resolve("model.zip");
    try (TrainableNetwork network = TrainableNetwork.of(other, Initialization.of(other, 7))) {
      network.save(zip);
    }
    Load load = new Load(zip.toString(), StageId.sha256(Files.readAllBytes(zip)), null, 3);
    PlannedStage loaded = planned(load, null, List.of(), false);
    StageResult.Done start = run(folder, loaded);
    assertEquals(Double.NaN, start.metrics().get(Metrics.VAL_ACCURACY));
    assertEquals(Double.NaN, start.metrics().get(Metrics.TEST_LOSS));
    assertEquals(Map.of(), start.correct());
    assertEquals((double) other.parameters(), start.metrics().get(Metrics.PARAMS_TOTAL));
    StageResult.Done head = run(folder, replaced(loaded, true));
    assertTrue(head.metrics().get(Metrics.VAL_ACCURACY) >= 0);
    assertEquals(Double.NaN, head.metrics().get(Metrics.OUTPUT_DEVIATION));
    assertEquals(start, run(folder, loaded), "as it is read from its checkpoint");
    // The flag is no part of the state.
    Load same = new Load(load.path(), load.digest(), null);
    assertEquals(loaded.id(), planned(same, null, List.of(), false).id());
  }

  private static List<Layer> withClasses(Network network, int classes) {
    List<Layer> rows = new ArrayList<>(network.layers());
    Layer.Output last = (Layer.Output) rows.remove(rows.size() - 1);
    rows.add(new Layer.Output(last.name(), last.input(), last.in(), classes));
    return rows;
  }

  private Map<String, Tensor> tensors(PlannedStage stage) throws IOException {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    file(stage).tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
    return byName;
  }

  private static Tensor get(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private NetworkFile file(PlannedStage stage) throws IOException {
    return NetworkFile.decode(new CheckpointStore(folder).read(stage.id(), "network"));
  }
}
