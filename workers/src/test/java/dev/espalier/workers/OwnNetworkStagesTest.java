package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.SETUP;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.pruning;
import static dev.espalier.workers.TinyStages.recipe;
import static dev.espalier.workers.TinyStages.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.dl4j.Zips;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.measure.Evaluation;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages of a sweep that began with a user's own network. */
class OwnNetworkStagesTest {
  private static final Network OWN =
      Networks.of(new Model("mnist-cnn", new BigDecimal("0.25")), SETUP.data());

  @TempDir Path folder;
  private Path zip = Path.of("");

  @BeforeEach
  void save() throws Exception {
    zip = folder.resolve("model.zip");
    try (TrainableNetwork own = TrainableNetwork.of(OWN, Initialization.of(OWN, 7))) {
      own.save(zip);
    }
  }

  @Test
  void readsImagesAsItsStageSaysThroughoutTheTrial() throws Exception {
    Normalization bytes = new Normalization(Collections.nCopies(3, new Channel(0, 1 / 255.0)));
    PlannedStage loaded = load(bytes);
    PlannedStage tuned =
        planned(new FineTune(recipe("0.0001", "0.0005"), 1), loaded, List.of(), false);
    Dataset data = Datasets.load(SETUP.source(), null);
    StageResult.Done start = run(folder, loaded);
    assertEquals(loss(loaded, start, data.normalizedBy(bytes)), start.metrics().get("val/loss"));
    assertNotEquals(loss(loaded, start, data), start.metrics().get("val/loss"));
    StageResult.Done end = run(folder, tuned);
    assertEquals(loss(tuned, end, data.normalizedBy(bytes)), end.metrics().get("val/loss"));
  }

  @Test
  void onlyAnotherNormalizationIsAnotherState() throws IOException {
    Normalization unit = new Normalization(List.of(new Channel(0, 1)));
    Normalization nearly = new Normalization(List.of(new Channel(0, Math.nextUp(1.0))));
    assertEquals("load f1", new Load("a.zip", "f1", null).canonical());
    assertEquals("load f1\ninput 0x0.0p0 0x1.0p0", new Load("a", "f1", unit).canonical());
    assertNotEquals(load(unit).id(), load(nearly).id());
    assertNotEquals(load(unit).id(), load(null).id());
  }

  @Test
  void noForeignCodeRunsWhereAStageLoadsANetwork() throws Exception {
    byte[] aSerializedText = {(byte) 0xac, (byte) 0xed, 0, 5, 0x74, 0, 1, 'x'};
    Zips.put(zip, "preprocessor.bin", aSerializedText);
    run(folder, load(null));
  }

  @Test
  void aNetworkWithNanIsNotLoaded() throws Exception {
    List<Tensor> tensors = withNan(Initialization.of(OWN, 7));
    try (TrainableNetwork own = TrainableNetwork.of(OWN, tensors)) {
      own.save(zip);
    }
    StageResult.Failed failed = failed(load(null));
    assertTrue(
        failed
            .reason()
            .endsWith(
                "must have finite parameters, found NaN as value 2 of " + tensors.get(0).name()),
        failed.reason());
  }

  /** Such checkpoints were committed by versions that did not look. */
  @Test
  void noStageOfANetworkWithNanIsCompleted() throws Exception {
    PlannedStage loaded = load(null);
    CheckpointStore store = new CheckpointStore(folder);
    StageResult.Done honest = run(folder.resolve("honest"), loaded);
    List<Tensor> tensors = withNan(Initialization.of(OWN, 7));
    try (Attempt attempt = store.begin(loaded.id())) {
      attempt.write("network", "esp", CompressedNetwork.encode(tensors).bytes());
      attempt.write("graph", "zip", Files.readAllBytes(zip));
      attempt.commit(
          new StageResult.Done(
              loaded.id(),
              new Metrics(Map.of("val/accuracy", 0.1)),
              List.of(),
              honest.layers(),
              honest.correct(),
              attempt.files(),
              Engine.environment(),
              1));
    }
    PlannedStage pruned = planned(pruning("0.5", Scope.FLAT), loaded, List.of(), false);
    StageResult.Failed failed = failed(pruned);
    assertEquals("diverged: value 2 of " + tensors.get(0).name() + " is NaN", failed.reason());
    assertEquals(StageResult.Cause.DIVERGED, failed.cause());
    assertTrue(store.find(pruned.id()).isEmpty());
  }

  @Test
  void aNetworkWhoseLossIsNotFiniteIsNotCompleted() throws Exception {
    List<Tensor> huge = new ArrayList<>(Initialization.of(OWN, 7));
    huge.replaceAll(
        tensor -> {
          boolean last = tensor.kind().isKernel() && tensor.shape().get(0) == OWN.classes();
          float[] values = tensor.values().clone();
          Arrays.fill(values, last ? Float.MAX_VALUE : 1);
          return last ? tensor.with(values) : tensor;
        });
    try (TrainableNetwork own = TrainableNetwork.of(OWN, huge)) {
      own.save(zip);
    }
    StageResult.Failed failed = failed(load(null));
    assertEquals("diverged: val/loss is NaN", failed.reason());
    assertEquals(StageResult.Cause.DIVERGED, failed.cause());
  }

  private StageResult.Failed failed(PlannedStage stage) throws InterruptedException {
    StageResult result = new Worker(folder.toString(), null).run(stage);
    return assertInstanceOf(StageResult.Failed.class, result, String.valueOf(result));
  }

  private static List<Tensor> withNan(List<Tensor> tensors) {
    List<Tensor> changed = new ArrayList<>(tensors);
    float[] values = tensors.get(0).values().clone();
    values[2] = Float.NaN;
    changed.set(0, tensors.get(0).with(values));
    return changed;
  }

  private double loss(PlannedStage stage, StageResult.Done done, Dataset data) throws Exception {
    Checkpoints checkpoints = new Checkpoints(new CheckpointStore(folder));
    try (TrainableNetwork network = checkpoints.network(stage, done)) {
      return Evaluation.of(network, data, Dataset.Split.VALIDATION).loss();
    }
  }

  private PlannedStage load(@Nullable Normalization input) throws IOException {
    Stage load = new Load(zip.toString(), StageId.sha256(Files.readAllBytes(zip)), input);
    return planned(load, null, List.of(), false);
  }
}
