package dev.espalier.workers.filter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.NetworkText;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oracle is the wide network whose layers read zeros where channels are gone. */
class NarrowingTest {
  @Test
  void computesWhatTheWideNetworkComputesThatReadsZerosInstead() {
    SplittableRandom random = new SplittableRandom(5);
    Set<String> kinds = new HashSet<>();
    int narrower = 0;
    for (int round = 0; round < 400; round++) {
      Network wide = Widths.padded(random);
      narrower += assertSameLogits(wide, Widths.values(wide, round), random) ? 1 : 0;
      wide.layers().forEach(row -> kinds.add(row.getClass().getSimpleName()));
    }
    assertTrue(narrower > 250, narrower + " of 400 lost channels");
    assertEquals(9, kinds.size(), kinds.toString());
  }

  @Test
  void narrowsEveryKindOfRow() {
    SplittableRandom random = new SplittableRandom(6);
    for (int round = 0; round < 20; round++) {
      assertTrue(
          assertSameLogits(Nets.everything(), Widths.values(Nets.everything(), round), random));
      assertSameLogits(Nets.padded(), Widths.values(Nets.padded(), round), random);
    }
  }

  @ParameterizedTest
  @CsvSource({"resnet18, 0.125, 16, 3", "mobilenetv2, 0.125, 8, 3", "mnist-cnn, 0.25, 28, 1"})
  void narrowsOurArchitecturesAndTheEngineAgrees(
      String name, String width, int size, int channels) {
    Network wide = Widths.network(name, width, size, channels);
    List<Tensor> values = Widths.values(wide, 3);
    SplittableRandom random = new SplittableRandom(7);
    ChannelGroups groups = ChannelGroups.of(wide);
    Map<ChannelGroup, BitSet> kept = Widths.some(groups, random);
    Narrowing narrow = Narrowing.of(wide, groups, kept);
    List<Tensor> zeroed = Widths.reading(wide, values, groups, kept);
    float[] images = Nets.images(wide, 4, 8);
    float[] image = Arrays.copyOf(images, wide.input().size());
    assertTrue(narrow.network().parameters() < wide.parameters());
    assertSameLogits(wide, values, random);
    float[] expected = PlainForward.probabilities(wide, zeroed, images, 4);
    double greatest =
        Arrays.stream(PlainForward.logits(wide, zeroed, image)).map(Math::abs).max().orElseThrow();
    try (TrainableNetwork net = TrainableNetwork.of(narrow.network(), narrow.of(values));
        TrainableNetwork full = TrainableNetwork.of(wide, zeroed)) {
      float tolerance = (float) (1e-5 * Math.max(1, greatest));
      assertArrayEquals(expected, net.predict(images, 4), tolerance);
      assertArrayEquals(full.predict(images, 4), net.predict(images, 4), tolerance);
    }
  }

  @Test
  void keepingAllKeepsTheNetworkAndItsArrays() {
    Network wide = Nets.everything();
    ChannelGroups groups = ChannelGroups.of(wide);
    List<Tensor> values = Nets.values(wide, 1);
    Narrowing none = Narrowing.of(wide, groups, Map.of());
    assertEquals(wide, none.network());
    assertEquals(Map.of(), none.origins());
    for (int i = 0; i < values.size(); i++) {
      assertSame(values.get(i), none.of(values).get(i));
    }
  }

  @Test
  void refusesToLeaveNoChannelAndToTakeFromTheImage() {
    Network wide = Nets.everything();
    ChannelGroups groups = ChannelGroups.of(wide);
    BitSet first = new BitSet();
    first.set(0);
    assertThrows(
        IllegalArgumentException.class,
        () -> Narrowing.of(wide, groups, Map.of(groups.of("c1"), new BitSet())));
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Narrowing.of(wide, groups, Map.of(groups.of("out"), first)));
    assertEquals("out: must keep all of the 4 channels, found {0}", e.getMessage());
  }

  /** Whether channels were removed. */
  private static boolean assertSameLogits(
      Network wide, List<Tensor> values, SplittableRandom random) {
    ChannelGroups groups = ChannelGroups.of(wide);
    Map<ChannelGroup, BitSet> kept = Widths.some(groups, random);
    Narrowing narrow = Narrowing.of(wide, groups, kept);
    WeightedNetwork network = new WeightedNetwork(narrow.network(), narrow.of(values));
    float[] image = Nets.images(wide, 1, 4);
    double[] expected =
        PlainForward.logits(wide, Widths.reading(wide, values, groups, kept), image);
    double greatest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    double[] found = PlainForward.logits(network.network(), network.tensors(), image);
    assertArrayEquals(expected, found, 1e-12 * greatest, wide.canonical());
    assertEquals(network.network(), NetworkText.read(network.network().canonical()));
    return network.network().parameters() < wide.parameters();
  }
}
