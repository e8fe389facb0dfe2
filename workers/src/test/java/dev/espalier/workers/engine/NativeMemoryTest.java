package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.ProcessStatus;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final long MEGABYTE = 1 << 20;

  /** Trains networks one after the other and prints the resident bytes after each. */
  static final class ManyNetworks {
    private static final int NETWORKS = 200;

    private ManyNetworks() {}

    public static void main(String[] arguments) throws Exception {
      DataFacts data = new DataFacts("test", "0", 8, 8, 3, 10, 10, 10, 10);
      Network resnet = Networks.of(new Model("resnet18", new BigDecimal("0.125")), data);
      Network mobilenet = Networks.of(new Model("mobilenetv2", new BigDecimal("0.1")), data);
      for (int i = 0; i < NETWORKS; i++) {
        Network network = i % 2 == 0 ? resnet : mobilenet;
        // Stages run in threads that end: half of the networks do.
        if (i % 4 < 2) {
          train(network, i);
        } else {
          int seed = i;
          Thread thread = new Thread(() -> train(network, seed));
          thread.start();
          thread.join();
        }
        System.gc();
        System.out.println(ProcessStatus.residentBytes());
      }
    }

    private static void train(Network network, int seed) {
      try (TrainableNetwork net = TrainableNetwork.of(network, Initialization.of(network, seed))) {
        net.prepare(Nets.recipe("0.9", "0.0005"));
        for (int batch : new int[] {16, 5, 1, 16}) {
          net.step(Nets.images(network, batch, seed), Nets.labels(network, batch, seed), 0.01);
        }
        // More shapes than a layer keeps.
        for (int batch = 6; batch < 11; batch++) {
          net.predict(Nets.images(network, batch, seed), batch);
        }
        net.prepare(Nets.recipe("0", "0"));
        net.step(Nets.images(network, 16, seed), Nets.labels(network, 16, seed), 0.01);
      }
    }
  }

  /** Predicts with networks one after the other and prints the resident bytes after each. */
  static final class ManyPredictors {
    private static final int NETWORKS = 60;
    private static final int BATCH = 128;

    private ManyPredictors() {}

    public static void main(String[] arguments) throws Exception {
      DataFacts data = new DataFacts("test", "0", 16, 16, 3, 10, 10, 10, 10);
      Network network = Networks.of(new Model("resnet18", new BigDecimal("0.25")), data);
      List<Tensor> values = Initialization.of(network, 1);
      float[] images = Nets.images(network, BATCH, 2);
      for (int i = 0; i < NETWORKS; i++) {
        try (TrainableNetwork net = TrainableNetwork.of(network, values)) {
          net.predict(images, BATCH);
        }
        System.out.println(ProcessStatus.residentBytes());
      }
    }
  }

  /** The same with integers. */
  static final class ManyIntegerPredictors {
    private ManyIntegerPredictors() {}

    public static void main(String[] arguments) throws Exception {
      DataFacts data = new DataFacts("test", "0", 16, 16, 3, 10, 10, 10, 10);
      Network table = Networks.of(new Model("resnet18", new BigDecimal("0.25")), data);
      IntegerNetwork network = QuantizedNets.drawn(table, 1, 1).integers();
      byte[] pixels = new byte[Math.toIntExact(table.input().size())];
      for (int i = 0; i < ManyPredictors.NETWORKS; i++) {
        try (IntegerPredictor predictor = IntegerPredictor.of(network)) {
          predictor.predict(pixels, 1);
        }
        System.out.println(ProcessStatus.residentBytes());
      }
    }
  }

  @Test
  @Tag("slow")
  void growsByLessThan30MegabytesFromThe50thTrainedNetworkToThe200th() throws Exception {
    List<Long> resident = residentAfterEach(ManyNetworks.class);
    assertGrowsBelow(30, resident.subList(49, 200));
  }

  /** Forty copies of the weights alone are 112 MB. */
  @Test
  @Tag("slow")
  void growsByLessThan30MegabytesFromThe20thPredictingNetworkToThe60th() throws Exception {
    List<Long> resident = residentAfterEach(ManyPredictors.class);
    assertGrowsBelow(30, resident.subList(19, 60));
  }

  @Test
  void growsByLessThan30MegabytesFromThe20thIntegerNetworkToThe60th() throws Exception {
    List<Long> resident = residentAfterEach(ManyIntegerPredictors.class);
    assertGrowsBelow(30, resident.subList(19, 60));
  }

  /** The heap is small and touched from the start, so that what grows is native. */
  private static List<Long> residentAfterEach(Class<?> main) throws Exception {
    assumeTrue(ProcessStatus.isThere(), "resident memory is read from /proc");
    List<String> heap = List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");
    List<Long> resident = new ArrayList<>();
    for (String line : ChildJvm.lines(main, heap)) {
      resident.add(Long.parseLong(line));
    }
    return resident;
  }

  private static void assertGrowsBelow(int megabytes, List<Long> resident) {
    long growth = resident.get(resident.size() - 1) - resident.get(0);
    assertTrue(
        growth < megabytes * MEGABYTE,
        growth / MEGABYTE + " MB more, at every 10th network: " + everyTenth(resident));
  }

  private static List<Long> everyTenth(List<Long> resident) {
    List<Long> megabytes = new ArrayList<>();
    for (int i = 0; i < resident.size(); i += 10) {
      megabytes.add(resident.get(i) / MEGABYTE);
    }
    return megabytes;
  }
}
