package dev.espalier.workers.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.int8.PaddedNets;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TensorFlow Lite computes of pixels what the network computes of normalized images. */
class FloatFileTest {
  private static final float TOLERANCE = 1e-5f;

  @BeforeAll
  static void interpreter() {
    TfliteRun.assumeAvailable();
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.125, 16, 3",
    "mobilenetv2, 0.35, 16, 3",
    "mnist-cnn, 0.25, 28, 1",
    "mnist-cnn, 0.5, 13, 3"
  })
  void agreesOnOurArchitectures(String name, String width, int size, int channels) {
    Network network = Widths.network(name, width, size, channels);
    assertAgrees(weighted(network, 3), 2);
  }

  @Test
  void agreesOnEveryKindOfRow() {
    assertAgrees(weighted(Nets.everything(), 4), 5);
    assertAgrees(weighted(Nets.small(), 5), 5);
  }

  @Test
  void agreesOnRandomTables() {
    SplittableRandom random = new SplittableRandom(6);
    Set<Operator> operators = new HashSet<>();
    for (int round = 0; round < 150; round++) {
      assertAgrees(weighted(Widths.random(random), round), 1, operators);
    }
    for (boolean same : new boolean[] {false, true}) {
      assertTrue(
          operators.stream()
              .anyMatch(
                  o -> o instanceof Operator.Convolution c && c.stride() == 2 && c.same() == same),
          "stride 2, SAME: " + same);
    }
  }

  @Test
  void agreesOnPaddingAndPoolsOfAnyKind() {
    SplittableRandom random = new SplittableRandom(7);
    Set<Operator> operators = new HashSet<>();
    for (int round = 0; round < 300; round++) {
      assertAgrees(weighted(PaddedNets.random(random), round), 1, operators);
    }
    for (Pool.Function function : Pool.Function.values()) {
      for (boolean same : new boolean[] {false, true}) {
        assertTrue(
            operators.stream()
                .anyMatch(
                    o ->
                        o instanceof Operator.Pooling p
                            && p.function() == function
                            && p.same() == same),
            function + ", SAME: " + same);
      }
    }
    assertTrue(operators.contains(new Operator.Pad()));
    assertTrue(operators.contains(new Operator.PadWith()));
  }

  @Test
  void agreesWithTheEngineOnWhatIsNoBlockOfACommonNetwork() {
    WeightedNetwork weighted = weighted(Nets.oddities(), 7);
    byte[] image = image(weighted.network().input(), 8);
    try (TrainableNetwork network = TrainableNetwork.of(weighted.network(), weighted.tensors());
        TfliteRun run = TfliteRun.of(file(weighted))) {
      float[] expected = network.predict(normalized(weighted.network().input(), image), 1);
      assertArrayEquals(expected, TfliteRun.floats(run.run(image)), TOLERANCE);
    }
  }

  @Test
  void everyPixelBecomesTheFloatThatTheNetworkReads() {
    Network network = Widths.network("mnist-cnn", "0.125", 16, 3);
    byte[] image = image(network.input(), 9);
    WeightedNetwork weighted = weighted(network, 9);
    try (TfliteRun run = TfliteRun.of(file(weighted))) {
      run.run(image);
      Graph graph = graph(weighted);
      int normalized = graph.steps().get(1).output();
      float[] found = TfliteRun.floats(run.tensor(normalized));
      assertArrayEquals(normalized(network.input(), image), found, 1e-6f);
    }
  }

  @Test
  void xnnpackTakesTheWholeNetwork() {
    WeightedNetwork weighted = weighted(Widths.network("resnet18", "0.125", 16, 3), 10);
    byte[] image = image(weighted.network().input(), 11);
    try (TfliteRun builtin = TfliteRun.of(file(weighted));
        TfliteRun delegated = TfliteRun.withDelegates(file(weighted))) {
      assertEquals(graph(weighted).steps().size(), builtin.operators());
      assertTrue(delegated.operators() < 5, "found " + delegated.operators());
      assertArrayEquals(
          TfliteRun.floats(builtin.run(image)), TfliteRun.floats(delegated.run(image)), TOLERANCE);
    }
  }

  @Test
  void refusesTheNormalizationOfOtherImages() {
    WeightedNetwork weighted = weighted(Nets.everything(), 12);
    List<Channel> grey = List.of(new Channel(0.5, 0.25));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> TfliteModel.of(weighted, grey));
    assertEquals("normalization: must have 3 channels, found 1", e.getMessage());
  }

  private static void assertAgrees(WeightedNetwork weighted, int images, Set<Operator> operators) {
    assertAgrees(weighted, images);
    graph(weighted).steps().forEach(step -> operators.add(step.operator()));
  }

  private static void assertAgrees(WeightedNetwork weighted, int images) {
    Network network = weighted.network();
    try (TfliteRun run = TfliteRun.of(file(weighted))) {
      for (int i = 0; i < images; i++) {
        byte[] image = image(network.input(), 100 + i);
        float[] expected =
            PlainForward.probabilities(
                network, weighted.tensors(), normalized(network.input(), image), 1);
        float[] found = TfliteRun.floats(run.run(image));
        assertArrayEquals(expected, found, TOLERANCE, network.canonical());
      }
    }
  }

  private static WeightedNetwork weighted(Network network, long seed) {
    return new WeightedNetwork(network, Widths.values(network, seed));
  }

  private static Graph graph(WeightedNetwork weighted) {
    return FloatGraph.of(weighted, channels(weighted.network().input()));
  }

  private static byte[] file(WeightedNetwork weighted) {
    return TfliteModel.of(weighted, channels(weighted.network().input())).file();
  }

  private static List<Channel> channels(Shape image) {
    return IntStream.range(0, image.channels())
        .mapToObj(c -> new Channel(0.4 + 0.03 * c, 0.3 + 0.02 * c))
        .toList();
  }

  /** Pixels less 128. */
  private static byte[] image(Shape shape, long seed) {
    byte[] image = new byte[shape.size()];
    new SplittableRandom(seed).nextBytes(image);
    return image;
  }

  private static float[] normalized(Shape shape, byte[] image) {
    List<float[]> tables = channels(shape).stream().map(Channel::table).toList();
    float[] normalized = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      normalized[i] = tables.get(i % tables.size())[image[i] + 128];
    }
    return normalized;
  }
}
