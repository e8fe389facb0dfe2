package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.cluster.KMeans;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.Hold;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A step with everything held beside one in plain Java, which has the gradients alone from ours.
 */
class HeldTrainingTest {
  private static final Network NETWORK = Nets.everything();
  private static final int BATCH = 8;
  private static final String DECAY = "0.0078125";
  private static final float RATE = 1f / 32;
  private static final float[] IMAGES = Nets.images(NETWORK, BATCH, 1);
  private static final int[] LABELS = Nets.labels(NETWORK, BATCH, 1);

  private static final List<Tensor> START = start();
  private static final Map<String, Hold> HOLDS = holds(START);

  @ParameterizedTest
  @EnumSource
  void aStepIsThatOfPlainJavaBitForBit(CentroidGradient centroids) {
    for (String momentum : List.of("0", "0.5")) {
      float[] velocity = velocity();
      TrainableNetwork net = TrainableNetwork.of(NETWORK, START);
      net.prepare(Nets.recipe(momentum, DECAY));
      net.hold(HOLDS, centroids);
      net.updater(velocity);
      net.step(IMAGES, LABELS, RATE);
      List<Tensor> found = net.parameters();
      float[] foundVelocity = net.updater();
      net.close();

      Oracle oracle = new Oracle(velocity, Float.parseFloat(momentum), centroids);
      assertEquals("", oracle.difference(found, foundVelocity), momentum);
    }
  }

  @Test
  void sumAndMeanDiffer() {
    assertFalse(
        Arrays.equals(
            values(trained(CentroidGradient.SUM, Engine.ONEDNN), "c3/W"),
            values(trained(CentroidGradient.MEAN, Engine.ONEDNN), "c3/W")));
  }

  @ParameterizedTest
  @EnumSource
  void everythingIsStillHeldAfterManySteps(Engine engine) {
    List<Tensor> after = trained(CentroidGradient.MEAN, engine);
    for (Tensor tensor : after) {
      Hold hold = HOLDS.get(tensor.name());
      float[] before = values(START, tensor.name());
      if (hold instanceof Hold.Frozen) {
        assertSame(before, tensor.values(), tensor.name());
      } else if (hold instanceof Hold.Zeros zeros) {
        assertSame(zeros.mask().applied(tensor.values()), tensor.values(), tensor.name());
      } else if (hold instanceof Hold.Shared shared) {
        assertSame(
            shared.codebook().movedTo(tensor.values()).decode(), tensor.values(), tensor.name());
      }
      boolean moved = !Arrays.equals(before, tensor.values());
      assertEquals(!(hold instanceof Hold.Frozen), moved, tensor.name());
    }
  }

  @Test
  void goesOnBitForBitFromParametersAndUpdater() {
    List<Tensor> straight = trained(CentroidGradient.SUM, Engine.ONEDNN);
    try (TrainableNetwork first = net(START, CentroidGradient.SUM, Engine.ONEDNN)) {
      steps(first, 0, 3);
      try (TrainableNetwork then = net(first.parameters(), CentroidGradient.SUM, Engine.ONEDNN)) {
        then.updater(first.updater());
        steps(then, 3, 6);
        List<Tensor> resumed = then.parameters();
        for (Tensor tensor : straight) {
          assertSame(tensor.values(), values(resumed, tensor.name()), tensor.name());
        }
      }
    }
  }

  /** As a network would go on that was made anew and has always held what is held now. */
  @ParameterizedTest
  @EnumSource
  void holdsMayGrowBetweenTwoSteps(CentroidGradient centroids) {
    Map<String, Hold> grown = grown();
    try (TrainableNetwork net = net(START, centroids, Engine.ONEDNN)) {
      steps(net, 0, 3);
      List<Tensor> parameters = net.parameters();
      float[] velocity = net.updater();
      net.hold(grown, centroids);
      assertEverySecondIsZero(net);
      steps(net, 3, 6);
      assertEverySecondIsZero(net);

      try (TrainableNetwork anew = TrainableNetwork.of(NETWORK, zeroed(parameters))) {
        anew.prepare(Nets.recipe("0.9", "0.01"));
        anew.hold(grown, centroids);
        anew.updater(zeroed(velocity));
        steps(anew, 3, 6);
        for (Tensor tensor : net.parameters()) {
          assertSame(values(anew.parameters(), tensor.name()), tensor.values(), tensor.name());
        }
        assertSame(anew.updater(), net.updater(), "velocity");
      }
    }
  }

  private static final List<String> GROWN = List.of("c2/W", "c3/W", "out/W");

  /** What is held at first, and every second weight of three kernels at zero. */
  private static Map<String, Hold> grown() {
    Map<String, Hold> grown = new HashMap<>(HOLDS);
    for (String name : GROWN) {
      int size = values(START, name).length;
      Mask mask = Mask.pruning(size, IntStream.range(0, size).filter(i -> i % 2 == 0).toArray());
      Hold before = HOLDS.get(name);
      Hold zeros =
          before instanceof Hold.Shared shared
              ? new Hold.Shared(shared.codebook().without(mask.pruned()))
              : new Hold.Zeros(before instanceof Hold.Zeros some ? some.mask().and(mask) : mask);
      grown.put(name, zeros);
    }
    return grown;
  }

  private static List<Tensor> zeroed(List<Tensor> tensors) {
    return tensors.stream()
        .map(
            tensor -> {
              float[] values = tensor.values().clone();
              for (int i = 0; i < values.length && GROWN.contains(tensor.name()); i += 2) {
                values[i] = 0;
              }
              return tensor.with(values);
            })
        .toList();
  }

  private static float[] zeroed(float[] velocity) {
    float[] values = velocity.clone();
    for (int place : everySecondVelocity()) {
      values[place] = 0;
    }
    return values;
  }

  private static int[] everySecondVelocity() {
    BuiltGraph built = BuiltGraph.of(NETWORK, Engine.ONEDNN);
    int[] places =
        GROWN.stream()
            .flatMapToInt(
                name -> {
                  int size = values(START, name).length;
                  int[] even = IntStream.range(0, size).filter(i -> i % 2 == 0).toArray();
                  return Arrays.stream(built.weights().inUpdater(name, even));
                })
            .toArray();
    built.graph().close();
    return places;
  }

  private static void assertEverySecondIsZero(TrainableNetwork net) {
    List<Tensor> parameters = net.parameters();
    for (Tensor tensor : zeroed(parameters)) {
      assertSame(tensor.values(), values(parameters, tensor.name()), tensor.name());
    }
    assertSame(zeroed(net.updater()), net.updater(), "velocity");
  }

  private static List<Tensor> trained(CentroidGradient centroids, Engine engine) {
    try (TrainableNetwork net = net(START, centroids, engine)) {
      steps(net, 0, 6);
      return net.parameters();
    }
  }

  private static TrainableNetwork net(
      List<Tensor> from, CentroidGradient centroids, Engine engine) {
    TrainableNetwork net = TrainableNetwork.of(NETWORK, from, engine);
    net.prepare(Nets.recipe("0.9", "0.01"));
    net.hold(HOLDS, centroids);
    return net;
  }

  private static void steps(TrainableNetwork net, int from, int to) {
    for (int i = from; i < to; i++) {
      net.step(Nets.images(NETWORK, BATCH, i), Nets.labels(NETWORK, BATCH, i), 0.01);
    }
  }

  /** What each value and velocity must be after one step. */
  private static final class Oracle {
    private final BuiltGraph built = BuiltGraph.of(NETWORK, Engine.ONEDNN);
    private final float[] velocity;
    private final float momentum;
    private final CentroidGradient centroids;

    Oracle(float[] velocity, float momentum, CentroidGradient centroids) {
      this.velocity = velocity;
      this.momentum = momentum;
      this.centroids = centroids;
    }

    /** The first that is not as it must be; empty if all are. */
    String difference(List<Tensor> found, float[] foundVelocity) {
      float[] gradients = gradients();
      for (Tensor tensor : START) {
        Hold hold = HOLDS.get(tensor.name());
        if (!tensor.trainable() || hold instanceof Hold.Frozen) {
          continue;
        }
        int[] all = IntStream.range(0, tensor.values().length).toArray();
        int[] places = built.weights().inWeights(tensor.name(), all);
        int[] velocities = built.weights().inUpdater(tensor.name(), all);
        for (int i : all) {
          float gradient = gradient(tensor, hold, i, places, gradients) / BATCH;
          float weight = tensor.values()[i];
          if (tensor.kind().isKernel()) {
            gradient += Float.parseFloat(DECAY) * weight;
          }
          float before = momentum * velocity[velocities[i]];
          float next = before - RATE * gradient;
          float factor = -momentum - 1;
          float update = before + factor * next;
          boolean zero =
              (hold instanceof Hold.Zeros zeros && !zeros.mask().keeps(i))
                  || (hold instanceof Hold.Shared shared && shared.codebook().code(i) == 0);
          String place = tensor.name() + "[" + i + "]";
          String wrong =
              wrong(place, zero ? 0f : weight - update, values(found, tensor.name())[i])
                  + wrong("velocity of " + place, zero ? 0f : next, foundVelocity[velocities[i]]);
          if (!wrong.isEmpty()) {
            return wrong;
          }
        }
      }
      return "";
    }

    private float gradient(
        Tensor tensor, @Nullable Hold hold, int i, int[] places, float[] gradients) {
      if (!(hold instanceof Hold.Shared shared) || shared.codebook().code(i) == 0) {
        return gradients[places[i]];
      }
      double sum = 0;
      int count = 0;
      for (int j = 0; j < tensor.values().length; j++) {
        if (shared.codebook().code(j) == shared.codebook().code(i)) {
          sum += gradients[places[j]];
          count++;
        }
      }
      return (float) (centroids == CentroidGradient.MEAN ? sum / count : sum);
    }

    /** Of the batch, summed over its images, in the order of the graph. */
    private float[] gradients() {
      float[][] seen = new float[1][];
      try (TrainableNetwork net = new TrainableNetwork(built)) {
        net.parameters(START);
        net.prepare(Nets.recipe("0", "0"));
        Map<String, Hold> frozen = new HashMap<>(HOLDS);
        frozen.values().removeIf(hold -> !(hold instanceof Hold.Frozen));
        net.hold(frozen, centroids);
        built
            .graph()
            .setListeners(
                List.of(
                    new BaseTrainingListener() {
                      @Override
                      public void onBackwardPass(Model model) {
                        FloatBuffer all = DenseArrays.floats(built.graph().getFlattenedGradients());
                        seen[0] = new float[all.capacity()];
                        all.get(0, seen[0]);
                      }
                    }));
        net.step(IMAGES, LABELS, RATE);
      }
      return seen[0];
    }

    private static String wrong(String place, float expected, float found) {
      return Float.floatToRawIntBits(expected) == Float.floatToRawIntBits(found)
          ? ""
          : place + ": " + expected + ", found " + found + "; ";
    }
  }

  /** Kernels that share values, zeros among them. */
  private static List<Tensor> start() {
    return Nets.values(NETWORK, 5).stream()
        .map(
            tensor ->
                switch (tensor.name()) {
                  case "c3/W", "c4/W", "f1/W" ->
                      tensor.with(KMeans.cluster(sparse(tensor), 5).decode());
                  case "c2/W" -> tensor.with(sparse(tensor));
                  default -> tensor;
                })
        .toList();
  }

  private static float[] sparse(Tensor tensor) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i += 3) {
      values[i] = 0;
    }
    return values;
  }

  private static Map<String, Hold> holds(List<Tensor> tensors) {
    Map<String, Hold> holds = new HashMap<>();
    for (Tensor tensor : tensors) {
      float[] values = tensor.values();
      switch (tensor.name()) {
        case "c3/W", "c4/W", "f1/W" -> {
          Codebook shared = Codebook.ofShared(values);
          if (shared != null) {
            holds.put(tensor.name(), new Hold.Shared(shared));
          }
        }
        case "c2/W" ->
            holds.put(
                tensor.name(),
                new Hold.Zeros(
                    Mask.pruning(
                        values.length,
                        IntStream.range(0, values.length).filter(i -> i % 3 == 0).toArray())));
        case "c1/W", "n1/gamma", "n1/beta", "n1/mean", "n1/var", "n2/beta", "c5/b" ->
            holds.put(tensor.name(), new Hold.Frozen());
        default -> {}
      }
    }
    return holds;
  }

  /** Velocities like those of training: equal where values are shared. */
  private static float[] velocity() {
    BuiltGraph built = BuiltGraph.of(NETWORK, Engine.ONEDNN);
    SplittableRandom random = new SplittableRandom(9);
    int size =
        NETWORK.layout().stream().filter(Parameter::trainable).mapToInt(Parameter::size).sum();
    float[] velocity = new float[size];
    for (int i = 0; i < size; i++) {
      velocity[i] = (float) (random.nextDouble() - 0.5) / 64;
    }
    for (Map.Entry<String, Hold> held : HOLDS.entrySet()) {
      if (held.getValue() instanceof Hold.Shared shared) {
        for (int[] members : shared.codebook().members()) {
          int[] places = built.weights().inUpdater(held.getKey(), members);
          for (int place : places) {
            velocity[place] = velocity[places[0]];
          }
        }
      }
    }
    built.graph().close();
    return velocity;
  }

  private static float[] values(List<Tensor> tensors, String name) {
    return tensors.stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow()
        .values();
  }

  private static void assertSame(float[] expected, float[] found, String name) {
    assertEquals(FloatBuffer.wrap(expected), FloatBuffer.wrap(found), name);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(found[i]), name);
    }
  }
}
