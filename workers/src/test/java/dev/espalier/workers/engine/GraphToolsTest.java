package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** What Deeplearning4j can do with a graph, it can do with one of our layers. */
class GraphToolsTest {
  private static final Network NETWORK = Nets.everything();
  private static final int BATCH = 6;

  @TempDir Path folder;

  @Test
  void copiesTrainToTheSameBits() {
    ComputationGraph graph = graph();
    ComputationGraph copy = tuned(graph.clone(), new Nesterovs(0.01, 0.9));
    ComputationGraph original = tuned(graph, new Nesterovs(0.01, 0.9));
    fit(original);
    fit(copy);
    assertArrayEquals(values(original.params()), values(copy.params()));
  }

  @Test
  void aConfigurationGoesThroughJson() {
    String json = graph().getConfiguration().toJson();
    assertTrue(json.contains("\"activation\" : \"RELU6\""), json);
    assertEquals(json, ComputationGraphConfiguration.fromJson(json).toJson());
  }

  @Test
  void aConfigurationWithPaddingGoesThroughJson() {
    ComputationGraph padded = BuiltGraph.of(Nets.uneven(), Engine.ONEDNN).graph();
    String json = padded.getConfiguration().toJson();
    assertEquals(json, ComputationGraphConfiguration.fromJson(json).toJson());
    ComputationGraph again = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    again.init(padded.params(), true);
    long[] shape = {3, 9, 12, 3};
    INDArray images = Nd4j.create(Nets.images(Nets.uneven(), 3, 2), shape, 'c');
    assertArrayEquals(values(padded.output(images)[0]), values(again.output(images)[0]));
  }

  @Test
  void writtenWithItsUpdaterAndReadAgainItTrainsOnBitForBit() throws Exception {
    ComputationGraph graph = tuned(graph(), new Nesterovs(0.01, 0.9));
    fit(graph);
    ModelSerializer.writeModel(graph, folder.resolve("model.zip").toFile(), true);
    ComputationGraph read =
        ModelSerializer.restoreComputationGraph(folder.resolve("model.zip").toFile(), true);
    assertInstanceOf(ConvolutionRuntime.class, read.getLayer("c1"));
    assertArrayEquals(values(graph.outputSingle(images())), values(read.outputSingle(images())));
    fit(graph);
    fit(read);
    assertArrayEquals(values(graph.params()), values(read.params()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nesterovs", "adam"})
  void updatersLowerTheLoss(String name) {
    IUpdater updater = name.equals("adam") ? new Adam(0.003) : new Nesterovs(0.003, 0.9);
    ComputationGraph graph = tuned(graph(), updater);
    fit(graph);
    double first = graph.score();
    for (int i = 0; i < 30; i++) {
      fit(graph);
    }
    assertTrue(graph.score() < 0.5 * first, first + " to " + graph.score());
  }

  @Test
  void frozenLayersStayAsTheyAreAndTheOthersLearn() {
    ComputationGraph graph =
        new TransferLearning.GraphBuilder(graph())
            .fineTuneConfiguration(tuning(new Nesterovs(0.01, 0.9)))
            .setFeatureExtractor("n2", "c4")
            .build();
    Map<String, float[]> before = parameters(graph);
    for (int i = 0; i < 3; i++) {
      fit(graph);
    }
    Set<String> moved = new TreeSet<>();
    parameters(graph)
        .forEach(
            (name, after) -> {
              if (!Arrays.equals(before.get(name), after)) {
                moved.add(name.substring(0, name.indexOf('_')));
              }
            });
    // What c4 reads is frozen with it.
    assertEquals(Set.of("d2", "c5", "f1", "out"), moved);
  }

  @Test
  void aSummaryNamesEveryRow() {
    String summary = graph().summary();
    for (Layer row : NETWORK.layers()) {
      assertTrue(summary.contains(row.name() + " "), summary);
    }
  }

  private static ComputationGraph graph() {
    BuiltGraph built = BuiltGraph.of(NETWORK, Engine.ONEDNN);
    built.weights().write(Nets.values(NETWORK, 1));
    return built.graph();
  }

  private static ComputationGraph tuned(ComputationGraph graph, IUpdater updater) {
    return new TransferLearning.GraphBuilder(graph).fineTuneConfiguration(tuning(updater)).build();
  }

  private static FineTuneConfiguration tuning(IUpdater updater) {
    return new FineTuneConfiguration.Builder().updater(updater).build();
  }

  private static void fit(ComputationGraph graph) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, NETWORK.classes());
    int[] classes = Nets.labels(NETWORK, BATCH, 3);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, classes[i], 1);
    }
    graph.fit(new INDArray[] {images()}, new INDArray[] {labels});
  }

  private static INDArray images() {
    long[] shape = {BATCH, NETWORK.height(), NETWORK.width(), NETWORK.channels()};
    return Nd4j.create(Nets.images(NETWORK, BATCH, 2), shape, 'c');
  }

  private static Map<String, float[]> parameters(ComputationGraph graph) {
    Map<String, float[]> parameters = new TreeMap<>();
    graph.paramTable().forEach((name, array) -> parameters.put(name, values(array)));
    return parameters;
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
