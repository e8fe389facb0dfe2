package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.SETUP;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.pruning;
import static dev.espalier.workers.TinyStages.recipe;
import static dev.espalier.workers.TinyStages.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.measure.Evaluation;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.OnnxModel;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages of a sweep that began with an ONNX file. */
class OnnxStagesTest {
  private static final Network OWN =
      Networks.of(new Model("mnist-cnn", new BigDecimal("0.25")), SETUP.data());

  @TempDir Path folder;
  private Path file = Path.of("");
  private Dataset data;
  private List<Tensor> weights = List.of();

  OnnxStagesTest() throws Exception {
    data = Datasets.load(SETUP.source(), null);
  }

  @BeforeEach
  void export() throws IOException {
    file = folder.resolve("model.bin");
    weights = Initialization.of(OWN, 7);
    byte[] content =
        OnnxModel.encode(
            new WeightedNetwork(OWN, weights),
            data.normalization().channels(),
            data.classNames(),
            Map.of());
    Files.write(file, content);
  }

  @Test
  void startsFromTheSameFunction() throws Exception {
    PlannedStage loaded = load();
    StageResult.Done done = run(folder, loaded);
    try (TrainableNetwork own = TrainableNetwork.of(OWN, weights)) {
      double loss = Evaluation.of(own, data, Dataset.Split.VALIDATION).loss();
      assertEquals(loss, done.metrics().get("val/loss"), 1e-5);
    }
    assertEquals(Set.of("network"), done.files().keySet());
    assertEquals(data.classNames(), contract().labels());
  }

  @Test
  void isTunedAndPrunedLikeANetworkOfOurs() throws Exception {
    PlannedStage loaded = load();
    PlannedStage pruned = planned(pruning("0.5", Scope.FLAT), loaded, List.of(), false);
    PlannedStage tuned =
        planned(new FineTune(recipe("0.01", "0.0005"), 1), pruned, List.of(), false);
    StageResult.Done done = run(folder, loaded, pruned, tuned);
    assertEquals(0.5, done.metrics().get("sparsity/achieved"), 0.01);
    try (TrainableNetwork again =
        new Checkpoints(new CheckpointStore(folder)).network(tuned, done)) {
      assertNotNull(again.table());
    }
  }

  @Test
  void refusesAFileThatHasChangedSinceThePlan() throws Exception {
    PlannedStage loaded = load();
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    StageResult result = new Worker(folder.toString(), null).run(loaded);
    StageResult.Failed failed = assertInstanceOf(StageResult.Failed.class, result);
    assertTrue(
        failed.reason().contains(file + " has changed since the sweep was planned"),
        failed.reason());
  }

  private PlannedStage load() throws IOException {
    Normalization input = Objects.requireNonNull(contract().normalization());
    Load load = new Load(file.toString(), OwnNetworkFile.digest(file), input);
    return planned(load, null, List.of(), false);
  }

  private OwnNetworkFile.Contract contract() {
    return OwnNetworkFile.contract(file, SETUP.data());
  }
}
