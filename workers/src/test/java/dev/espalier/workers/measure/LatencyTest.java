package dev.espalier.workers.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.model.Network;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void takesTheMedianAndTheQuartilesOfAllTimes() {
    assertEquals(new Latency(3, 2, 4, 5), Latency.of(5, 1, 4, 2, 3));
    assertEquals(new Latency(2.5, 2, 3, 4), Latency.of(4, 3, 2, 1));
    assertEquals(new Latency(7, 7, 7, 1), Latency.of(7));
  }

  @Test
  void timesSingleImagesForAsLongAsItIsTold() {
    Network network = Nets.everything();
    try (TrainableNetwork net = TrainableNetwork.of(network, Nets.values(network, 1))) {
      long start = System.nanoTime();
      Latency latency = Latency.of(net, network.input().size(), 0.2);
      double passed = (System.nanoTime() - start) / 1e9;
      assertTrue(passed >= 0.3, "warm-up and timing took " + passed);
      assertTrue(latency.predictions() >= 20, latency.toString());
      assertTrue(latency.predictions() * latency.firstQuartile() < passed, latency.toString());
      assertTrue(
          latency.firstQuartile() <= latency.median()
              && latency.median() <= latency.thirdQuartile(),
          latency.toString());
    }
  }

  @Test
  void namesTheMachine() {
    assertTrue(
        Machine.describe().matches(".+, [0-9]+ cores, .+ .+"),
        "words of a machine: " + Machine.describe());
    assertFalse(Machine.describe().startsWith(" "), Machine.describe());
  }
}
