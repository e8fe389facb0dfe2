package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.ProcessStatus;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The figure for the memory of a stage against what a process of its own has at most. */
@Tag("slow")
class ResidentTest {
  private static final long HEAP = 400L << 20;

  /** Trains and evaluates as a stage does, and prints what the process had at most. */
  static final class OneStage {
    private static final int EVALUATED = 256;

    private OneStage() {}

    public static void main(String[] arguments) throws Exception {
      Network network = network(System.getProperty("network"));
      int batch = Integer.getInteger("batch", 0);
      try (TrainableNetwork net = TrainableNetwork.of(network, Initialization.of(network, 1))) {
        net.prepare(Nets.recipe("0.9", "0.0005"));
        for (int i = 0; i < 4; i++) {
          net.step(Nets.images(network, batch, i), Nets.labels(network, batch, i), 0.01);
        }
        for (int images : new int[] {EVALUATED, 100}) {
          net.predict(Nets.images(network, images, 1), images);
        }
      }
      System.out.println(ProcessStatus.mostResidentBytes());
    }
  }

  /** As in {@code resnet18 0.25 32}: architecture, width, pixels of a side. */
  private static Network network(String text) {
    String[] words = text.split(" ", -1);
    int side = Integer.parseInt(words[2]);
    int channels = words[0].equals("mnist-cnn") ? 1 : 3;
    DataFacts data = new DataFacts("test", "0", side, side, channels, 10, 10, 10, 10);
    return Networks.of(new Model(words[0], new BigDecimal(words[1])), data);
  }

  /** The comments are MiB as measured, with AVX-512. */
  @ParameterizedTest
  @CsvSource({
    "resnet18 0.25 32, 64", // 349
    "resnet18 1.0 32, 8", // 701
    "resnet18 1.0 32, 64", // 1164
    "resnet18 0.5 64, 32", // 938
    "mobilenetv2 0.25 32, 64", // 560
    "mobilenetv2 1.0 32, 8", // 379
    "mobilenetv2 1.0 32, 64", // 1223
    "mnist-cnn 0.25 28, 8", // 135
    "mnist-cnn 1.0 28, 64", // 190
  })
  void aProcessHasLessThanTheFigureAndMoreThanHalfOfIt(String network, int batch) throws Exception {
    assumeTrue(ProcessStatus.isThere(), "resident memory is read from /proc");
    assumeTrue(
        Engine.environment().engine().startsWith("onednn"), "the figure is of the fast layers");
    List<String> options =
        List.of(
            "-Xms" + HEAP,
            "-Xmx" + HEAP,
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-Dnetwork=" + network,
            "-Dbatch=" + batch);
    long resident = Long.parseLong(ChildJvm.lines(OneStage.class, options).get(0)) - HEAP;
    long figure = network(network).residentBytes(batch);
    String found = (resident >> 20) + " MiB, figure " + (figure >> 20);
    assertTrue(resident < figure && figure < 2 * resident, found);
  }
}
