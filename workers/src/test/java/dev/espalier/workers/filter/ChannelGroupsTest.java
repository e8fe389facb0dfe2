package dev.espalier.workers.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelGroupsTest {
  private static final ChannelGroups EVERYTHING = ChannelGroups.of(Nets.everything());

  @Test
  void couplesWhatSumsNormsDepthwiseAndPoolingsGive() {
    ChannelGroup sums = EVERYTHING.of("n4");
    for (String row : List.of("c3", "n4", "c4", "a1", "a2", "p1", "d2")) {
      assertSame(sums, EVERYTHING.of(row));
    }
    assertEquals(32, sums.channels());
    assertEquals(List.of("c3", "c4"), names(sums.producers()));
    assertEquals(List.of("n4", "d2"), names(sums.followers()));
    assertEquals(List.of("c4", "c5"), names(sums.consumers()));
    assertEquals(List.of("n4", "d2"), sums.read());
    assertEquals("c3, c4", sums.name());
    assertEquals(
        List.of(3, 8, 21, 32, 5, 12, 4),
        EVERYTHING.all().stream().map(ChannelGroup::channels).toList());
    assertEquals(
        List.of(true, false, false, false, false, false, true),
        EVERYTHING.all().stream().map(ChannelGroup::fixed).toList());
  }

  @Test
  void passThroughPaddingAndPoolingsOfAnyStride() {
    ChannelGroups padded = ChannelGroups.of(Nets.padded());
    ChannelGroup first = padded.of("c1");
    for (String row : List.of("p1", "p2", "a1", "d1", "z2", "d2", "n2", "p3", "d3", "z3")) {
      assertSame(first, padded.of(row));
    }
    assertEquals(List.of("d1", "d2", "n2", "d3"), names(first.followers()));
    assertEquals(List.of("z3"), first.read());
    assertTrue(padded.of("z1").fixed());
  }

  @Test
  void whatIsAddedToTheImageStays() {
    ChannelGroups oddities = ChannelGroups.of(Nets.oddities());
    assertSame(oddities.of(Network.INPUT), oddities.of("s1"));
    assertTrue(oddities.of("c1").fixed());
    assertEquals(List.of("left", "right", "c4"), names(oddities.of("p1").producers()));
  }

  @Test
  void findsTheStagesAndBlocksOfResNet18() {
    ChannelGroups groups = ChannelGroups.of(Widths.network("resnet18", "1", 32, 3));
    assertEquals(
        List.of(3, 64, 64, 64, 128, 128, 128, 256, 256, 256, 512, 512, 512, 10),
        groups.all().stream().map(ChannelGroup::channels).toList());
    assertEquals(
        List.of("stage2.block1.conv2", "stage2.block1.shortcut", "stage2.block2.conv2"),
        names(groups.of("stage2.block2.add").producers()));
  }

  @Test
  void aProducerThatIsLeftAloneLeavesItsGroupAlone() {
    assertEquals(List.of("c1", "c2", "c3, c4", "c5", "f1"), prunable(Set.of(), Set.of()));
    assertEquals(List.of("c1", "c2", "c5", "f1"), prunable(Set.of("c4"), Set.of()));
    assertEquals(List.of("c1", "c2", "c3, c4", "c5", "f1"), prunable(Set.of("out"), Set.of()));
  }

  @Test
  void nothingThatIsFrozenLosesValues() {
    assertEquals(List.of("c2", "c3, c4", "c5", "f1"), prunable(Set.of(), Set.of("n1/mean")));
    assertEquals(List.of("c1", "c3, c4", "c5", "f1"), prunable(Set.of(), Set.of("d1/W")));
    assertEquals(List.of("c1", "c2", "c3, c4"), prunable(Set.of(), Set.of("f1/W")));
    assertEquals(List.of("c1", "c2", "c3, c4", "c5"), prunable(Set.of(), Set.of("f1/b")));
    assertEquals(List.of("c1", "c2", "c3, c4", "c5"), prunable(Set.of(), Set.of("out/W")));
    assertEquals(List.of("c1", "c2", "c3, c4", "c5", "f1"), prunable(Set.of(), Set.of("out/b")));
  }

  @Test
  void saysWhyNothingCanBePruned() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> prunable(Set.of("c1", "c3"), Set.of("n2/gamma", "c5/W", "f1/W")));
    assertEquals(
        "a network must have a group of filters that can be pruned, found 7 groups: 2 are coupled"
            + " with the image or the classes, 2 have a layer that is left alone, and 3 would"
            + " change frozen parameters",
        e.getMessage());
    List<Layer> rows =
        List.of(
            new Layer.Convolution("c", "input", 3, 3, 1, 1, 0, false, Activation.IDENTITY),
            new Layer.Add("a", "c", "input", Activation.RELU),
            new Layer.Output("out", "a", 3, 2));
    ChannelGroups coupled = ChannelGroups.of(new Network(1, 1, 3, rows));
    assertThrows(
        IllegalArgumentException.class, () -> coupled.prunable(layer -> true, name -> false));
  }

  private static List<String> prunable(Set<String> excluded, Set<String> frozen) {
    return EVERYTHING.prunable(layer -> !excluded.contains(layer), frozen::contains).stream()
        .map(ChannelGroup::name)
        .toList();
  }

  private static List<String> names(List<Layer> rows) {
    return rows.stream().map(Layer::name).toList();
  }
}
