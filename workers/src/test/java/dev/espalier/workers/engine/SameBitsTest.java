package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Networks end in the same bits wherever, and in however many pieces, they are trained. */
class SameBitsTest {
  private static final int STEPS = 6;
  private static final int[] BATCHES = {16, 16, 5, 16, 1, 16};

  /** Prints the digests of all networks. */
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      digests().forEach(System.out::println);
    }
  }

  @Test
  void inThisProcessInAnotherAndInTwoThreadsAtOnce() throws Exception {
    List<String> here = digests();
    assertEquals(here, ChildJvm.lines(Training.class, List.of()));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<List<String>> training = SameBitsTest::digests;
      for (Future<List<String>> one : threads.invokeAll(List.of(training, training))) {
        assertEquals(here, one.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void whenSavedAndReadBackHalfWay() {
    for (Network network : networks()) {
      State start = new State(Initialization.of(network, 1), null);
      State half = train(network, start, 0, STEPS / 2, false);
      List<Tensor> read =
          CompressedNetwork.decode(CompressedNetwork.encode(half.weights()).bytes());
      State resumed = train(network, new State(read, half.velocity()), STEPS / 2, STEPS, false);
      assertEquals(digest(train(network, start, 0, STEPS, false)), digest(resumed));
    }
  }

  @Test
  void whateverIsPredictedBetweenTheSteps() {
    for (Network network : networks()) {
      State start = new State(Initialization.of(network, 1), null);
      assertEquals(
          digest(train(network, start, 0, STEPS, false)),
          digest(train(network, start, 0, STEPS, true)));
    }
  }

  @Test
  void whenOneThreadMakesTheNetworkAndAnotherTrainsIt() throws Exception {
    Network network = networks().get(0);
    State start = new State(Initialization.of(network, 1), null);
    String expected = digest(train(network, start, 0, STEPS, false));
    TrainableNetwork net = TrainableNetwork.of(network, start.weights());
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertEquals(
          expected, other.submit(() -> digest(train(network, net, null, 0, STEPS, true))).get());
    } finally {
      other.submit(net::close).get();
      other.shutdown();
    }
  }

  /**
   * @param velocity null is the start
   */
  private record State(List<Tensor> weights, @Nullable FloatBuffer velocity) {}

  private static List<String> digests() {
    List<String> digests = new ArrayList<>();
    for (Network network : networks()) {
      State start = new State(Initialization.of(network, 1), null);
      digests.add(digest(train(network, start, 0, STEPS, false)));
    }
    return digests;
  }

  /** Wide enough for Winograd's convolutions. */
  private static List<Network> networks() {
    DataFacts data = new DataFacts("test", "0", 8, 8, 3, 10, 10, 10, 10);
    return List.of(
        Networks.of(new Model("resnet18", new BigDecimal("0.25")), data),
        Networks.of(new Model("mobilenetv2", new BigDecimal("0.1")), data),
        Nets.padded(),
        Nets.uneven());
  }

  private static State train(Network network, State from, int first, int end, boolean predicts) {
    try (TrainableNetwork net = TrainableNetwork.of(network, from.weights())) {
      return train(network, net, from.velocity(), first, end, predicts);
    }
  }

  private static State train(
      Network network,
      TrainableNetwork net,
      @Nullable FloatBuffer velocity,
      int first,
      int end,
      boolean predicts) {
    net.prepare(Nets.recipe("0.9", "0.0005"));
    if (velocity != null) {
      net.updater(velocity.array());
    }
    for (int i = first; i < end; i++) {
      int batch = BATCHES[i];
      net.step(Nets.images(network, batch, i), Nets.labels(network, batch, i), 0.02 / (1 + i));
      if (predicts) {
        net.predict(Nets.images(network, 2 + i, i), 2 + i);
      }
    }
    return new State(net.parameters(), FloatBuffer.wrap(net.updater()));
  }

  /** SHA-256 of all bits. */
  private static String digest(State state) {
    List<float[]> parts = new ArrayList<>();
    state.weights().forEach(tensor -> parts.add(tensor.values()));
    parts.add(Objects.requireNonNull(state.velocity()).array());
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * parts.stream().mapToInt(part -> part.length).sum());
    for (float[] part : parts) {
      for (float value : part) {
        bytes.putInt(Float.floatToRawIntBits(value));
      }
    }
    return StageId.sha256(bytes.array());
  }
}
