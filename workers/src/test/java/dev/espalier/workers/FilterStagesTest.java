package dev.espalier.workers;

import static dev.espalier.workers.TinyStages.SETUP;
import static dev.espalier.workers.TinyStages.fineTune;
import static dev.espalier.workers.TinyStages.network;
import static dev.espalier.workers.TinyStages.planned;
import static dev.espalier.workers.TinyStages.prune;
import static dev.espalier.workers.TinyStages.run;
import static dev.espalier.workers.TinyStages.train;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.filter.FilterCriterion;
import dev.espalier.workers.filter.L1Norm;
import dev.espalier.workers.filter.MeanActivation;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.FilterShare;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.PruneFilters;
import dev.espalier.workers.stage.PruneFiltersByImages;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Filters are removed between the stages of real trials. */
class FilterStagesTest {
  private static final PlannedStage TRAIN = train();
  private static final PlannedStage PRUNE = prune(TRAIN, "0.5", Scope.FLAT);

  @TempDir Path folder;

  @Test
  void aNarrowerNetworkIsMeasuredTrainedOnAndKeepsItsZeros() throws Exception {
    PlannedStage narrow = planned(byWeights(new L1Norm()), PRUNE, List.of(), false);
    PlannedStage tuned = fineTune(narrow, 1, List.of(), false);
    run(folder, TRAIN, PRUNE);
    StageResult.Done small = run(folder, narrow);
    StageResult.Done last = run(folder, tuned);
    NetworkFile file = file(tuned);
    Network table = Objects.requireNonNull(file.table());
    Network wide = Networks.of(TinyStages.TINY, SETUP.data());
    assertTrue(table.parameters() < 0.5 * wide.parameters(), table.parameters() + " parameters");
    assertEquals((double) table.parameters(), small.metrics().get("params/total"));
    assertEquals((double) table.parameters(), last.metrics().get("params/total"));
    assertNotEquals(network(small).sha256(), network(last).sha256());
    for (Tensor tensor : file.tensors()) {
      if (tensor.kind().isKernel()) {
        Hold.Zeros zeros =
            assertInstanceOf(Hold.Zeros.class, file.holds().get(tensor.name()), tensor.name());
        for (int index : zeros.mask().zeros()) {
          assertEquals(0, tensor.values()[index]);
        }
      }
    }
  }

  @Test
  void activationsOfTrainingImagesChooseFiltersToo() throws Exception {
    PlannedStage seeing = planned(byImages(40), PRUNE, List.of(), false);
    run(folder, TRAIN, PRUNE);
    StageResult.Done first = run(folder, seeing);
    new CheckpointStore(folder).remove(seeing.id());
    assertEquals(network(first).sha256(), network(run(folder, seeing)).sha256());
    PlannedStage other = planned(byWeights(new L1Norm()), PRUNE, List.of(), false);
    assertNotEquals(network(first).sha256(), network(run(folder, other)).sha256());
    assertEquals(file(other).table(), file(seeing).table());
    assertEquals(file(PRUNE).holds().keySet(), file(seeing).holds().keySet());
  }

  @Test
  void saysWhatOfAUsersNetworkNoTableExpresses() throws Exception {
    assertEquals(
        "java.lang.IllegalArgumentException: prune: must start from a network that a"
            + " table expresses, found layer first: the activation must be identity, relu or relu6, found tanh",
        refusal(Activation.TANH, byWeights(new L1Norm())));
    String flattened = refusal(Activation.RELU, byImages(8));
    assertTrue(
        flattened.contains("found dense layers that read images as [channels, height, width]"),
        flattened);
  }

  private String refusal(Activation activation, Stage stage) throws Exception {
    Path zip = folder.resolve(activation + ".zip");
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "first",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(activation).build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(SETUP.data().classes())
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "first")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(12, 12, 3))
                .build());
    graph.init();
    ModelSerializer.writeModel(graph, zip.toFile(), false);
    Stage load = new Load(zip.toString(), StageId.sha256(Files.readAllBytes(zip)), null);
    PlannedStage loaded = planned(load, null, List.of(), false);
    run(folder, loaded);
    StageResult result =
        new Worker(folder.toString(), null).run(planned(stage, loaded, List.of(), false));
    return assertInstanceOf(StageResult.Failed.class, result).reason();
  }

  private static Stage byWeights(FilterCriterion criterion) {
    return new PruneFilters(share(), criterion);
  }

  private static Stage byImages(int images) {
    return new PruneFiltersByImages(share(), new MeanActivation(), images);
  }

  private static FilterShare share() {
    return new FilterShare(
        new BigDecimal("0.5"),
        Scope.LAYERWISE,
        Rounding.FLOOR_KEEP,
        KernelSelection.standard(),
        List.of());
  }

  private NetworkFile file(PlannedStage stage) throws Exception {
    return NetworkFile.decode(new CheckpointStore(folder).read(stage.id(), "network"));
  }
}
