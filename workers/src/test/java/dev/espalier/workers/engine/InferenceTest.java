package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.stage.CentroidGradient;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InferenceTest {
  private static final float TOLERANCE = 1e-4f;

  @BeforeAll
  static void needsOnednn() {
    assertEquals(Engine.ONEDNN, Engine.current());
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.125, 16, 256",
    "resnet18, 0.25, 32, 7",
    "resnet18, 0.5, 16, 64",
    "resnet18, 1.0, 32, 1",
    "mobilenetv2, 0.125, 16, 256",
    "mobilenetv2, 0.35, 32, 7",
    "mobilenetv2, 1.0, 16, 1",
    "mnist-cnn, 1.0, 28, 33"
  })
  void predictsWhatTheUnfoldedGraphPredicts(String name, BigDecimal width, int size, int batch) {
    Network network = network(name, width, size);
    List<Tensor> values = values(network, 31);
    float[] images = Nets.images(network, batch, 32);
    BuiltGraph unfolded = BuiltGraph.of(network, Engine.ONEDNN);
    unfolded.weights().write(values);
    float[] expected = output(unfolded.graph(), DataType.FLOAT, network, images, batch);
    assertTellsImagesApart(expected, batch);
    assertArrayEquals(expected, predict(network, values, images, batch), TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource({"resnet18, 0.25, 16", "mobilenetv2, 0.35, 16"})
  void predictsWhatStandardLayersPredictInDoublePrecision(String name, BigDecimal width, int size) {
    assertAsInDoublePrecision(network(name, width, size), 5, 41);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void computesEveryRowInEveryPlace(int batch) {
    assertAsInDoublePrecision(Nets.everything(), batch, 51);
    assertAsInDoublePrecision(Nets.oddities(), batch, 52);
    assertAsInDoublePrecision(Nets.padded(), batch, 53);
  }

  @Test
  void predictsAlikeForAllImagesWhereAllWeightsAreZero() {
    Network network = network("resnet18", new BigDecimal("0.25"), 16);
    List<Tensor> zeros =
        network.layout().stream()
            .map(parameter -> parameter.with(new float[parameter.size()]))
            .toList();
    float[] expected = new float[50];
    Arrays.fill(expected, 0.1f);
    float[] found = predict(network, zeros, Nets.images(network, 5, 1), 5);
    assertArrayEquals(expected, found, 1e-7f);
  }

  @Test
  void seesWeightsThatChangedAfterAPrediction() {
    Network network = Nets.everything();
    List<Tensor> first = values(network, 1);
    List<Tensor> second = values(network, 2);
    float[] images = Nets.images(network, 3, 3);
    try (TrainableNetwork net = TrainableNetwork.of(network, first)) {
      float[] before = net.predict(images, 3);
      net.parameters(second);
      float[] written = assertUpToDate(network, net, images, before);
      net.prepare(Nets.recipe("0.9", "0"));
      net.step(images, new int[] {0, 1, 2}, 0.02);
      float[] stepped = assertUpToDate(network, net, images, written);
      net.hold(
          Nets.zeros(net, Map.of("c3/W", new int[] {1, 5, 100, 200, 300, 400, 500})),
          CentroidGradient.SUM);
      assertUpToDate(network, net, images, stepped);
    }
  }

  @Test
  void predictsTheSameBitsInAnyThreadWhateverRanBefore() throws Exception {
    Network network = network("resnet18", new BigDecimal("0.25"), 32);
    List<Tensor> values = values(network, 1);
    float[] images = Nets.images(network, 40, 2);
    float[] alone = predict(network, values, images, 40);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<float[]>> both = new ArrayList<>();
      for (int other : new int[] {3, 60}) {
        both.add(
            threads.submit(
                () -> {
                  try (TrainableNetwork net = TrainableNetwork.of(network, values(network, 9))) {
                    net.predict(Nets.images(network, other, 4), other);
                    net.parameters(values);
                    return net.predict(images, 40);
                  }
                }));
      }
      for (Future<float[]> one : both) {
        assertArrayEquals(alone, one.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @CsvSource({"resnet18, 0.25, 16", "mobilenetv2, 0.125, 16"})
  void predictsTheSameBitsForManyImagesAsForTheirParts(String name, BigDecimal width, int size) {
    Network network = network(name, width, size);
    float[] images = Nets.images(network, 130, 61);
    try (TrainableNetwork net = TrainableNetwork.of(network, values(network, 62))) {
      float[] all = net.predict(images, 130);
      int from = 0;
      for (int count : new int[] {64, 64, 2}) {
        int image = network.input().size();
        float[] part = Arrays.copyOfRange(images, from * image, (from + count) * image);
        float[] expected = Arrays.copyOfRange(all, from * 10, (from + count) * 10);
        assertArrayEquals(expected, net.predict(part, count), "images from " + from);
        from += count;
      }
    }
  }

  @Test
  void keepsFewPlansAndPredictsWithAllBatchSizes() {
    Network network = Nets.small();
    List<Tensor> values = values(network, 1);
    try (TrainableNetwork net = TrainableNetwork.of(network, values)) {
      for (int batch = 1; batch <= 20; batch++) {
        int count = batch % 10 + 1;
        float[] images = Nets.images(network, count, batch);
        float[] expected = PlainForward.probabilities(network, values, images, count);
        assertArrayEquals(expected, net.predict(images, count), TOLERANCE);
      }
    }
  }

  private static float[] assertUpToDate(
      Network network, TrainableNetwork net, float[] images, float[] before) {
    float[] now = net.predict(images, 3);
    assertFalse(Arrays.equals(before, now));
    assertArrayEquals(predict(network, net.parameters(), images, 3), now);
    return now;
  }

  private static void assertAsInDoublePrecision(Network network, int batch, long seed) {
    List<Tensor> values = values(network, seed);
    float[] images = Nets.images(network, batch, seed + 1);
    BuiltGraph standard = BuiltGraph.of(network, Engine.ND4J);
    standard.weights().write(values);
    ComputationGraph exact = standard.graph().convertDataType(DataType.DOUBLE);
    float[] expected = output(exact, DataType.DOUBLE, network, images, batch);
    assertTellsImagesApart(expected, batch);
    assertArrayEquals(expected, predict(network, values, images, batch), TOLERANCE);
  }

  /** Else a network that ignores its weights would pass. */
  private static void assertTellsImagesApart(float[] probabilities, int batch) {
    int classes = probabilities.length / batch;
    float greatest = 0;
    for (int i = classes; i < probabilities.length; i++) {
      greatest = Math.max(greatest, Math.abs(probabilities[i % classes] - probabilities[i]));
    }
    assertTrue(batch == 1 || greatest > 0.001, "greatest difference: " + greatest);
  }

  private static float[] predict(Network network, List<Tensor> values, float[] images, int batch) {
    try (TrainableNetwork net = TrainableNetwork.of(network, values)) {
      return net.predict(images, batch);
    }
  }

  private static float[] output(
      ComputationGraph graph, DataType type, Network network, float[] images, int batch) {
    long[] shape = {batch, network.height(), network.width(), network.channels()};
    try (INDArray input = Nd4j.create(images, shape, 'c').castTo(type)) {
      float[] output = graph.output(false, input)[0].ravel().toFloatVector();
      graph.close();
      return output;
    }
  }

  private static Network network(String name, BigDecimal width, int size) {
    DataFacts data = new DataFacts("test", "0", size, size, 3, 10, 10, 10, 10);
    return Networks.of(new Model(name, width), data);
  }

  /** Running statistics at random and scales of both signs, but no class that is sure. */
  private static List<Tensor> values(Network network, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Nets.values(network, seed).stream()
        .map(
            tensor -> {
              float[] values = tensor.values();
              for (int i = 0; i < values.length; i++) {
                if (tensor.name().endsWith("/gamma") && random.nextInt(3) == 0) {
                  values[i] = -values[i];
                } else if (tensor.name().endsWith("/log10stdev")) {
                  values[i] *= 0.3f;
                } else if (tensor.name().equals("classifier/W")) {
                  values[i] *= 0.1f;
                }
              }
              return tensor;
            })
        .toList();
  }
}
