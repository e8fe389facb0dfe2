package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.dl4j.InexpressibleException;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers on oneDNN against Deeplearning4j's own, and both against a forward pass in plain Java. */
class EnginesAgreeTest {
  private static final double RATE = 0.01;

  @BeforeAll
  static void needsOnednn() {
    assertEquals(Engine.ONEDNN, Engine.current());
  }

  @Test
  void predictWhatThePlainForwardPassPredicts() {
    for (Network network : List.of(Nets.everything(), Nets.padded())) {
      for (Engine engine : Engine.values()) {
        assertPredicts(network, engine);
      }
    }
    assertPredicts(Nets.uneven(), Engine.ONEDNN);
  }

  private static void assertPredicts(Network network, Engine engine) {
    List<Tensor> values = Nets.values(network, 1);
    float[] images = Nets.images(network, 3, 2);
    float[] expected = PlainForward.probabilities(network, values, images, 3);
    try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
      assertArrayEquals(expected, net.predict(images, 3), 1e-4f, engine.word());
    }
  }

  @Test
  void giveTheirTableAndItsParametersBack() throws InexpressibleException {
    Network network = Nets.everything();
    List<Tensor> values = Nets.values(network, 3);
    for (Engine engine : Engine.values()) {
      try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
        assertEquals(network, net.weighted().network());
        for (Tensor tensor : values) {
          Tensor found = net.weighted().byName().get(tensor.name());
          assertTrue(found != null && Arrays.equals(tensor.values(), found.values()));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 8})
  void makeTheSameStepOnEveryKindOfRow(int batch) {
    assertSameStep(Nets.everything(), batch, 11);
    assertSameStep(Nets.padded(), batch, 12);
  }

  @ParameterizedTest
  @CsvSource({"resnet18, 0.25, 16, 6", "mobilenetv2, 0.35, 8, 6", "mnist-cnn, 0.5, 12, 3"})
  void makeTheSameStepOnOurArchitectures(String name, BigDecimal width, int size, int batch) {
    DataFacts data = new DataFacts("test", "0", size, size, 3, 10, 10, 10, 10);
    assertSameStep(Networks.of(new Model(name, width), data), batch, 21);
  }

  /** Momentum, weight decay and weights held at zero, as fine-tuning has them. */
  @Test
  void stayTogetherOverSeveralSteps() {
    DataFacts data = new DataFacts("test", "0", 16, 16, 3, 10, 10, 10, 10);
    Network network = Networks.of(new Model("resnet18", new BigDecimal("0.125")), data);
    List<Tensor> values = Nets.values(network, 31);
    float[] images = Nets.images(network, 8, 32);
    int[] labels = Nets.labels(network, 8, 33);
    List<double[]> losses = new ArrayList<>();
    List<float[]> probabilities = new ArrayList<>();
    for (Engine engine : Engine.values()) {
      try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
        net.prepare(Nets.recipe("0.9", "0.0005"));
        net.hold(
            Nets.zeros(net, Map.of("stage2.block1.conv1/W", new int[] {0, 5, 17})),
            CentroidGradient.SUM);
        losses.add(
            IntStream.range(0, 6).mapToDouble(i -> net.step(images, labels, RATE)).toArray());
        probabilities.add(net.predict(images, 8));
      }
    }
    assertTrue(losses.get(0)[5] < losses.get(0)[0], "it must learn");
    assertArrayEquals(losses.get(0), losses.get(1), 1e-3);
    assertArrayEquals(probabilities.get(0), probabilities.get(1), 1e-3f);
  }

  private static void assertSameStep(Network network, int batch, long seed) {
    List<Tensor> values = Nets.values(network, seed);
    Stepped onednn = step(network, values, batch, seed, Engine.ONEDNN);
    Stepped nd4j = step(network, values, batch, seed, Engine.ND4J);
    assertEquals(nd4j.loss(), onednn.loss(), 1e-4 * Math.max(1, nd4j.loss()));
    double whole = 0;
    for (int i = 0; i < values.size(); i++) {
      whole += squaredDistance(values.get(i), nd4j.after().get(i));
    }
    assertTrue(whole > 0, "a step must move the weights");
    for (int i = 0; i < values.size(); i++) {
      double error = squaredDistance(nd4j.after().get(i), onednn.after().get(i));
      double relative = Math.sqrt(error / whole);
      assertTrue(relative < 1e-3, values.get(i).name() + ": " + relative);
    }
  }

  private record Stepped(double loss, List<Tensor> after) {}

  private static Stepped step(
      Network network, List<Tensor> values, int batch, long seed, Engine engine) {
    try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
      net.prepare(Nets.recipe("0", "0.0005"));
      float[] images = Nets.images(network, batch, seed + 1);
      double loss = net.step(images, Nets.labels(network, batch, seed + 2), RATE);
      return new Stepped(loss, net.parameters());
    }
  }

  private static double squaredDistance(Tensor left, Tensor right) {
    double sum = 0;
    for (int i = 0; i < left.values().length; i++) {
      double difference = left.values()[i] - right.values()[i];
      sum += difference * difference;
    }
    return sum;
  }
}
