package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.stage.BatchStatistics;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Recalibrate;
import dev.espalier.workers.stage.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What batch norms normalize by in training, and what recalibrating makes of it. */
class BatchStatisticsTest {
  private static final Network NETWORK = Nets.everything();
  private static final List<Tensor> VALUES = Nets.values(NETWORK, 3);
  private static final int BATCH = 8;

  /** Two batches and a smaller one. */
  private static final int COUNT = 2 * BATCH + 3;

  private static final float[] IMAGES = Nets.images(NETWORK, COUNT, 4);

  @ParameterizedTest
  @EnumSource
  void areThoseOfThePlainForwardPass(Engine engine) {
    assertClose(plain(Set.of()), found(engine, Map.of()));
  }

  @ParameterizedTest
  @EnumSource
  void ofOtherNormsFollowTheRunningStatisticsOfAFrozenOne(Engine engine) {
    Map<String, BatchStatistics> found = found(engine, Map.of("n2/mean", new Hold.Frozen()));
    assertEquals(Set.of("n1", "n3", "n4"), found.keySet());
    assertClose(plain(Set.of("n2")), found);
  }

  @ParameterizedTest
  @EnumSource
  void areEqualInEveryBitASecondTimeAndLeaveTheNetworkAsItIs(Engine engine) {
    try (TrainableNetwork net = TrainableNetwork.of(NETWORK, VALUES, engine)) {
      float[] before = net.predict(IMAGES, COUNT);
      Map<String, BatchStatistics> first = net.batchStatistics(IMAGES, BATCH, Map.of());
      Map<String, BatchStatistics> second = net.batchStatistics(IMAGES, BATCH, Map.of());
      first.forEach(
          (norm, one) -> {
            BatchStatistics other = Objects.requireNonNull(second.get(norm));
            assertArrayEquals(one.mean(), other.mean(), norm);
            assertArrayEquals(one.variance(), other.variance(), norm);
          });
      assertArrayEquals(before, net.predict(IMAGES, COUNT));
      for (int i = 0; i < VALUES.size(); i++) {
        assertArrayEquals(VALUES.get(i).values(), net.parameters().get(i).values());
      }
    }
  }

  /** A channel that is always 0 has no spread, of which the logarithm would be infinite. */
  @ParameterizedTest
  @EnumSource
  void becomeTheRunningOnesAlsoAsLogarithms(Engine engine) {
    Network network = Nets.oddities();
    List<Tensor> values = new ArrayList<>(Nets.values(network, 5));
    values.replaceAll(t -> t.name().equals("c1/b") ? t.with(new float[16]) : t);
    values.replaceAll(t -> t.name().equals("c1/W") ? t.with(deadFirst(t.values())) : t);
    Map<String, Hold> holds = Map.of("n4/mean", new Hold.Frozen(), "n4/var", new Hold.Frozen());
    State before = new State(network, values, holds, Set.of(), new float[1], List.of());
    float[] images = Nets.images(network, COUNT, 6);
    try (TrainableNetwork net = TrainableNetwork.of(network, values, engine)) {
      Map<String, BatchStatistics> norms =
          net.batchStatistics(images, Recalibrate.BATCH, before.holds());
      State after = new Recalibrate(COUNT, List.of()).apply(before, images, net);
      assertEquals(null, after.updater());
      assertEquals(holds, after.holds());
      for (int i = 0; i < values.size(); i++) {
        Tensor tensor = after.tensors().get(i);
        assertEquals(-1, tensor.firstNonFinite(), tensor.name());
        BatchStatistics norm = norms.get(tensor.layer());
        float[] expected = values.get(i).values();
        if (norm != null && tensor.key().equals("mean")) {
          expected = norm.mean();
        } else if (norm != null && tensor.key().equals("var")) {
          expected = norm.variance();
        } else if (norm != null && tensor.key().equals("log10stdev")) {
          expected = norm.variance();
          float[] found = tensor.values().clone();
          for (int c = 0; c < found.length; c++) {
            found[c] = (float) Math.pow(10, 2.0 * found[c]);
          }
          assertArrayEquals(expected, found, 1e-5f, tensor.name());
          continue;
        }
        assertArrayEquals(expected, tensor.values(), tensor.name());
      }
      assertEquals(0f, Objects.requireNonNull(norms.get("n1")).variance()[0]);
    }
  }

  /** After it, a pass through one batch gives with running statistics what training gives. */
  @Test
  void ofOneBatchMakePredictionsThoseOfTraining() {
    Network network = Nets.small();
    float[] images = Nets.images(network, BATCH, 7);
    int[] labels = Nets.labels(network, BATCH, 8);
    State state = new State(network, Nets.values(network, 9), Map.of(), Set.of(), null, List.of());
    try (TrainableNetwork net = TrainableNetwork.of(network, state.tensors())) {
      net.parameters(new Recalibrate(BATCH, List.of()).apply(state, images, net).tensors());
      double loss = 0;
      float[] probabilities = net.predict(images, BATCH);
      for (int i = 0; i < BATCH; i++) {
        loss -= Math.log(probabilities[i * network.classes() + labels[i]]) / BATCH;
      }
      net.prepare(Nets.recipe("0.9", "0"));
      assertEquals(net.step(images, labels, 0.1), loss, 1e-5);
    }
  }

  private static float[] deadFirst(float[] kernels) {
    float[] dead = kernels.clone();
    Arrays.fill(dead, 0, 16, 0f);
    return dead;
  }

  private static Map<String, BatchStatistics> found(Engine engine, Map<String, Hold> holds) {
    try (TrainableNetwork net = TrainableNetwork.of(NETWORK, VALUES, engine)) {
      return net.batchStatistics(IMAGES, BATCH, holds);
    }
  }

  /** By definition: norms get the statistics of a batch in their order, which later ones see. */
  private static Map<String, BatchStatistics> plain(Set<String> frozen) {
    Map<String, double[][]> sums = new HashMap<>();
    int size = NETWORK.input().size();
    for (int from = 0; from < COUNT; from += BATCH) {
      int count = Math.min(BATCH, COUNT - from);
      Map<String, Tensor> values = new HashMap<>();
      VALUES.forEach(tensor -> values.put(tensor.name(), tensor));
      for (Layer layer : NETWORK.layers()) {
        if (layer instanceof Layer.BatchNorm norm && !frozen.contains(norm.name())) {
          List<Tensor> now =
              NETWORK.layout().stream()
                  .map(p -> Objects.requireNonNull(values.get(p.name())))
                  .toList();
          List<double[]> inputs = new ArrayList<>();
          for (int i = from; i < from + count; i++) {
            float[] image = Arrays.copyOfRange(IMAGES, i * size, (i + 1) * size);
            inputs.add(PlainForward.rows(NETWORK, now, image).get(norm.input()));
          }
          double[][] found = statistics(inputs, norm.channels());
          values.computeIfPresent(norm.name() + "/mean", (n, t) -> t.with(floats(found[0], 1)));
          values.computeIfPresent(norm.name() + "/var", (n, t) -> t.with(floats(found[1], 1)));
          double[][] sum = sums.computeIfAbsent(norm.name(), n -> new double[2][norm.channels()]);
          for (int c = 0; c < norm.channels(); c++) {
            sum[0][c] += found[0][c] * count;
            sum[1][c] += found[1][c] * count;
          }
        }
      }
    }
    return sums.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                e ->
                    new BatchStatistics(
                        floats(e.getValue()[0], COUNT), floats(e.getValue()[1], COUNT))));
  }

  private static double[][] statistics(List<double[]> inputs, int channels) {
    double[][] found = new double[2][channels];
    double pixels = (double) inputs.size() * inputs.get(0).length / channels;
    for (double[] x : inputs) {
      for (int i = 0; i < x.length; i++) {
        found[0][i % channels] += x[i] / pixels;
      }
    }
    for (double[] x : inputs) {
      for (int i = 0; i < x.length; i++) {
        double distance = x[i] - found[0][i % channels];
        found[1][i % channels] += distance * distance / pixels;
      }
    }
    return found;
  }

  private static float[] floats(double[] sums, double divisor) {
    float[] floats = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      floats[i] = (float) (sums[i] / divisor);
    }
    return floats;
  }

  private static void assertClose(
      Map<String, BatchStatistics> expected, Map<String, BatchStatistics> found) {
    assertEquals(expected.keySet(), found.keySet());
    assertTrue(expected.size() > 2, "few norms");
    expected.forEach(
        (norm, one) -> {
          BatchStatistics other = Objects.requireNonNull(found.get(norm));
          assertArrayEquals(one.mean(), other.mean(), 1e-4f, norm + " mean");
          assertArrayEquals(one.variance(), other.variance(), 1e-4f, norm + " variance");
        });
  }
}
