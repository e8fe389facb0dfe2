package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.stage.CentroidGradient;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainableNetworkTest {
  private static final double RATE = 0.02;
  private static final int BATCH = 7;

  @ParameterizedTest
  @EnumSource
  void givesBackTheParametersItWasBuiltWith(Engine engine) {
    Network network = Nets.everything();
    List<Tensor> values = Nets.values(network, 3);
    try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
      assertSameBits(values, net.parameters());
    }
  }

  @ParameterizedTest
  @EnumSource
  void continuesBitForBitFromParametersAndUpdater(Engine engine) {
    Network network = Nets.everything();
    List<Tensor> start = Nets.values(network, 4);
    State straight = train(network, new State(start, null), 0, 6, engine);
    State half = train(network, new State(start, null), 0, 3, engine);
    State resumed = train(network, half, 3, 6, engine);
    assertSameBits(straight.parameters(), resumed.parameters());
    assertEquals(straight.updater(), resumed.updater());
  }

  @Test
  void trainsToTheSameBitsInTwoThreadsAtOnce() throws Exception {
    Network network = Nets.everything();
    State start = new State(Nets.values(network, 5), null);
    State alone = train(network, start, 0, 8, Engine.ONEDNN);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<State>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        both.add(threads.submit(() -> train(network, start, 0, 8, Engine.ONEDNN)));
      }
      for (Future<State> one : both) {
        assertSameBits(alone.parameters(), one.get().parameters());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void trainsToTheSameBitsBesideAnotherNetworkInItsThread() {
    Network network = Nets.everything();
    State start = new State(Nets.values(network, 5), null);
    State alone = train(network, start, 0, 2, Engine.ONEDNN);
    try (TrainableNetwork other = TrainableNetwork.of(network, start.parameters())) {
      other.prepare(Nets.recipe("0.9", "0"));
      other.step(Nets.images(network, 3, 1), Nets.labels(network, 3, 1), RATE);
      assertSameBits(alone.parameters(), train(network, start, 0, 2, Engine.ONEDNN).parameters());
      // Closing a network frees the scratch memory of the thread: this one must make its own again.
      other.step(Nets.images(network, 3, 1), Nets.labels(network, 3, 1), RATE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void holdsWeightsAtPositiveZeroThroughMomentum(Engine engine) {
    Network network = Nets.everything();
    Map<String, int[]> zeros =
        Map.of(
            "c4/W", IntStream.range(0, 32 * 32 * 9).filter(i -> i % 3 != 0).toArray(),
            "d1/W", new int[] {0, 1, 10, 100, 188},
            "f1/W", new int[] {5, 17, 239});
    try (TrainableNetwork net = TrainableNetwork.of(network, Nets.values(network, 6), engine)) {
      net.prepare(Nets.recipe("0.9", "0.01"));
      net.step(Nets.images(network, BATCH, 1), Nets.labels(network, BATCH, 1), RATE);
      net.hold(Nets.zeros(net, zeros), CentroidGradient.SUM);
      for (int i = 0; i < 20; i++) {
        net.step(Nets.images(network, BATCH, i), Nets.labels(network, BATCH, i), RATE);
        assertHeld(zeros, net);
      }
    }
  }

  @Test
  void movesEveryTrainableTensorThatIsNotHeld() {
    Network network = Nets.everything();
    List<Tensor> before = Nets.values(network, 7);
    try (TrainableNetwork net = TrainableNetwork.of(network, before)) {
      net.prepare(Nets.recipe("0.9", "0"));
      net.step(Nets.images(network, BATCH, 1), Nets.labels(network, BATCH, 1), RATE);
      List<Tensor> after = net.parameters();
      for (int i = 0; i < before.size(); i++) {
        assertNotEquals(
            List.of(box(before.get(i))), List.of(box(after.get(i))), before.get(i).name());
      }
    }
  }

  @Test
  void fitsRandomImagesToNearZeroLoss() {
    Network network = Nets.small();
    float[] images = Nets.images(network, 64, 1);
    int[] labels = Nets.labels(network, 64, 2);
    try (TrainableNetwork net = TrainableNetwork.of(network, Initialization.of(network, 1))) {
      net.prepare(Nets.recipe("0.9", "0"));
      double first = net.step(images, labels, 0.3);
      double last = first;
      for (int i = 0; i < 400; i++) {
        last = net.step(images, labels, 0.3);
      }
      assertTrue(first > 1, "at the start: " + first);
      assertTrue(last < 0.05, "at the end: " + last);
    }
  }

  @Test
  void stepsByNesterovsRuleWithWeightDecayOnKernelsOnly() {
    Network network = Nets.small();
    float[] images = Nets.images(network, 4, 1);
    int[] labels = Nets.labels(network, 4, 1);
    List<Tensor> before = Nets.values(network, 8);
    List<Tensor> plain = steps(network, before, images, labels, "0", "0", 1);
    List<Tensor> decayed = steps(network, before, images, labels, "0", "0.1", 1);
    List<Tensor> momentum = steps(network, before, images, labels, "0.5", "0", 1);
    for (int i = 0; i < before.size(); i++) {
      Tensor start = before.get(i);
      for (int j = 0; j < start.values().length; j++) {
        double moved = plain.get(i).values()[j] - start.values()[j];
        double decay = start.kind().isKernel() ? -RATE * 0.1 * start.values()[j] : 0;
        assertEquals(moved + decay, decayed.get(i).values()[j] - start.values()[j], 2e-6);
        // The first step from rest is (1 + momentum) times as long.
        double longer = start.trainable() ? 1.5 * moved : moved;
        assertEquals(longer, momentum.get(i).values()[j] - start.values()[j], 2e-6);
      }
    }
  }

  @Test
  void leavesTheWeightDecayOutOfTheLoss() {
    Network network = Nets.small();
    List<Tensor> values = Nets.values(network, 8);
    float[] images = Nets.images(network, 4, 1);
    double plain = loss(network, values, images, "0");
    assertEquals(plain, loss(network, values, images, "0.1"), 1e-5);
  }

  @Test
  void saysWhatIsWrongWithItsArguments() {
    Network network = Nets.small();
    try (TrainableNetwork net = TrainableNetwork.of(network, Nets.values(network, 1))) {
      float[] image = Nets.images(network, 1, 1);
      assertThrows(IllegalStateException.class, () -> net.step(image, new int[] {0}, RATE));
      net.prepare(Nets.recipe("0", "0"));
      Exception label =
          assertThrows(IllegalArgumentException.class, () -> net.step(image, new int[] {3}, RATE));
      assertEquals("label 0: must be in [0, 3), found 3", label.getMessage());
      Exception size = assertThrows(IllegalArgumentException.class, () -> net.predict(image, 2));
      assertEquals("2 images of 6x6x2 have 144 values, found 72", size.getMessage());
      Exception held =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  net.hold(
                      Nets.zeros(net, Map.of("n1/mean", new int[] {0})), CentroidGradient.SUM));
      assertEquals(
          "n1/mean: must be the name of a trainable parameter of the network", held.getMessage());
    }
  }

  /** FloatBuffers compare by value; null is the updater's own start. */
  private record State(List<Tensor> parameters, @Nullable FloatBuffer updater) {}

  private static State train(Network network, State from, int first, int end, Engine engine) {
    try (TrainableNetwork net = TrainableNetwork.of(network, from.parameters(), engine)) {
      net.prepare(Nets.recipe("0.9", "0.0005"));
      if (from.updater() != null) {
        net.updater(from.updater().array());
      }
      for (int i = first; i < end; i++) {
        // The rate changes from step to step, as schedules do.
        net.step(Nets.images(network, BATCH, i), Nets.labels(network, BATCH, i), RATE / (1 + i));
      }
      return new State(net.parameters(), FloatBuffer.wrap(net.updater()));
    }
  }

  private static List<Tensor> steps(
      Network network,
      List<Tensor> from,
      float[] images,
      int[] labels,
      String momentum,
      String decay,
      int count) {
    try (TrainableNetwork net = TrainableNetwork.of(network, from)) {
      net.prepare(Nets.recipe(momentum, decay));
      for (int i = 0; i < count; i++) {
        net.step(images, labels, RATE);
      }
      return net.parameters();
    }
  }

  private static double loss(Network network, List<Tensor> values, float[] images, String decay) {
    try (TrainableNetwork net = TrainableNetwork.of(network, values)) {
      net.prepare(Nets.recipe("0.9", decay));
      return net.step(images, new int[] {0, 1, 2, 0}, RATE);
    }
  }

  private static void assertHeld(Map<String, int[]> zeros, TrainableNetwork net) {
    int positiveZero = Float.floatToRawIntBits(0f);
    int held = 0;
    for (Tensor tensor : net.parameters()) {
      for (int index : zeros.getOrDefault(tensor.name(), new int[0])) {
        assertEquals(positiveZero, Float.floatToRawIntBits(tensor.values()[index]));
        held++;
      }
    }
    int still = 0;
    for (float velocity : net.updater()) {
      still += Float.floatToRawIntBits(velocity) == positiveZero ? 1 : 0;
    }
    assertTrue(still >= held, still + " velocities of " + held + " are zero");
  }

  private static Object box(Tensor tensor) {
    List<Float> values = new ArrayList<>();
    for (float value : tensor.values()) {
      values.add(value);
    }
    return values;
  }

  private static void assertSameBits(List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).name(), actual.get(i).name());
      assertEquals(expected.get(i).shape(), actual.get(i).shape());
      assertArrayEquals(expected.get(i).values(), actual.get(i).values(), expected.get(i).name());
    }
  }
}
