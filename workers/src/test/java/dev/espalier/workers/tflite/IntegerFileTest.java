package dev.espalier.workers.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.PaddedNets;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.int8.Rounding;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plain reference computes the integers of TensorFlow Lite's interpreter, bit for bit. */
class IntegerFileTest {
  @BeforeAll
  static void interpreter() {
    TfliteRun.assumeAvailable();
    TfliteRun.assumeRoundingOfX86();
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.125, 16, 3",
    "mobilenetv2, 0.35, 16, 3",
    "mnist-cnn, 0.25, 28, 1",
    "mnist-cnn, 0.5, 13, 3"
  })
  void equalsTheReferenceOnOurArchitectures(String name, String width, int size, int channels) {
    Network network = Widths.network(name, width, size, channels);
    QuantizedNets quantized = QuantizedNets.of(network, Widths.values(network, 3), 2, 4);
    Set<Integer> values = new HashSet<>();
    assertEqual(quantized.integers(), quantized.images(), values);
    assertEquals(256, values.size());
    IntegerNetwork drawn = DrawnIntegers.of(network, 5);
    assertEqual(drawn, images(drawn, 2), values);
  }

  @Test
  void equalsTheReferenceOnEveryKindOfRow() {
    for (int seed = 0; seed < 5; seed++) {
      for (Network network : List.of(Nets.everything(), Nets.oddities(), Nets.small())) {
        IntegerNetwork drawn = DrawnIntegers.of(network, seed);
        assertEqual(drawn, images(drawn, 3), new HashSet<>());
      }
    }
  }

  @Test
  void equalsTheReferenceOnRandomTables() {
    SplittableRandom random = new SplittableRandom(6);
    Set<Integer> values = new HashSet<>();
    for (int round = 0; round < 150; round++) {
      Network network = Widths.random(random);
      IntegerNetwork drawn = DrawnIntegers.of(network, round);
      assertEqual(drawn, images(drawn, 2), values);
      QuantizedNets quantized = QuantizedNets.drawn(network, 2, round);
      assertEqual(quantized.integers(), quantized.images(), values);
    }
    assertEquals(256, values.size());
  }

  @Test
  void equalsTheReferenceOnPaddingAndPoolsOfAnyKind() {
    SplittableRandom random = new SplittableRandom(8);
    Set<Integer> values = new HashSet<>();
    for (int round = 0; round < 300; round++) {
      Network network = PaddedNets.random(random);
      IntegerNetwork drawn = DrawnIntegers.of(network, round);
      assertEqual(drawn, images(drawn, 2), values);
      QuantizedNets quantized = QuantizedNets.drawn(network, 2, round);
      assertEqual(quantized.integers(), quantized.images(), values);
    }
    assertEquals(256, values.size());
  }

  @Test
  void equalsTheReferenceOnTheMeanOfManyPixels() {
    List<Layer> rows =
        List.of(
            new Layer.Convolution("c", "input", 1, 5, 3, 1, 1, true, Activation.RELU),
            new Layer.GlobalAveragePool("mean", "c"),
            new Layer.Output("out", "mean", 5, 4));
    IntegerNetwork drawn = DrawnIntegers.of(new Network(70, 50, 1, rows), 1);
    assertEqual(drawn, images(drawn, 5), new HashSet<>());
  }

  @Test
  void version28GivesNoIntegersToXnnpack() {
    IntegerNetwork network = DrawnIntegers.of(Widths.network("resnet18", "0.125", 16, 3), 1);
    byte[] file = TfliteModel.of(network).file();
    byte[] image = images(network, 1).get(0);
    try (TfliteRun builtin = TfliteRun.of(file);
        TfliteRun delegated = TfliteRun.withDelegates(file)) {
      assertEquals(builtin.operators(), delegated.operators());
      assertArrayEquals(builtin.run(image), delegated.run(image));
    }
  }

  /** Every operation on the integers that the interpreter gives it, then all of them in a row. */
  private static void assertEqual(
      IntegerNetwork network, List<byte[]> images, Set<Integer> values) {
    IntegerReference reference = new IntegerReference(network, Rounding.TFLITE);
    try (TfliteRun run = TfliteRun.of(TfliteModel.of(network).file())) {
      for (byte[] image : images) {
        byte[] probabilities = run.run(image);
        Map<String, byte[]> found = tensors(network, reference, run);
        for (IntegerOp op : network.ops()) {
          byte[] integers = Objects.requireNonNull(found.get(op.name()));
          assertArrayEquals(reference.value(op, found), integers, () -> text(op));
          for (byte integer : integers) {
            values.add((int) integer);
          }
        }
        assertArrayEquals(reference.probabilities(image), probabilities);
      }
    }
  }

  /** What the interpreter computed, by operation, and padding that is part of another operator. */
  private static Map<String, byte[]> tensors(
      IntegerNetwork network, IntegerReference reference, TfliteRun run) {
    Map<String, byte[]> byTensor = new HashMap<>();
    Graph graph = IntegerGraph.of(network);
    for (Graph.Step step : graph.steps()) {
      byTensor.put(graph.tensors().get(step.output()).name(), run.tensor(step.output()));
    }
    Map<String, byte[]> byOp = new HashMap<>();
    byOp.put(IntegerNetwork.PIXELS, run.tensor(graph.input()));
    for (IntegerOp op : network.ops()) {
      boolean last = op instanceof IntegerOp.Softmax;
      byte[] integers = byTensor.get(last ? GraphBuilder.PROBABILITIES : op.name());
      if (integers == null && op instanceof IntegerOp.Pad) {
        integers = reference.value(op, byOp);
      }
      byOp.put(op.name(), Objects.requireNonNull(integers, op.name()));
    }
    return byOp;
  }

  private static String text(IntegerOp op) {
    return op.getClass().getSimpleName() + " " + op.name() + " " + op.shape() + " " + op.affine();
  }

  private static List<byte[]> images(IntegerNetwork network, int count) {
    SplittableRandom random = new SplittableRandom(count);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[network.image().size()];
      random.nextBytes(image);
      images.add(image);
    }
    return images;
  }
}
