package dev.espalier.workers.size;

import static dev.espalier.workers.size.CompressedNetworkTest.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.cluster.KMeans;
import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.stage.Hold;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NetworkFileTest {
  private static final Network NETWORK = Nets.everything();

  @Test
  void givesTableValuesAndHoldsBack() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 40; round++) {
      Map<String, Hold> holds = new HashMap<>();
      List<Tensor> tensors = new ArrayList<>();
      for (Tensor tensor : Nets.values(NETWORK, round)) {
        tensors.add(held(random, tensor, holds));
      }
      CompressedNetwork encoded = CompressedNetwork.encode(tensors);
      byte[] file = NetworkFile.encode(encoded, NETWORK, tensors, holds, null);
      NetworkFile read = NetworkFile.decode(file);
      assertEquals(2, read.version());
      assertEquals(NETWORK, read.table());
      assertSame(tensors, read.tensors());
      assertEquals(holds.keySet(), read.holds().keySet());
      holds.forEach((name, hold) -> assertSameHold(hold, read.holds().get(name)));
      assertArrayEquals(encoded.bytes(), CompressedNetwork.firstVersion(file));
      assertSame(tensors, CompressedNetwork.decode(file));
      assertArrayEquals(
          file, NetworkFile.encode(encoded, read.table(), read.tensors(), read.holds(), null));
    }
  }

  @Test
  void readsTheFirstVersion() {
    List<Tensor> tensors = Nets.values(NETWORK, 1);
    byte[] first = CompressedNetwork.encode(tensors).bytes();
    NetworkFile read = NetworkFile.decode(first);
    assertEquals(1, read.version());
    assertNull(read.table());
    assertEquals(Map.of(), read.holds());
    assertSame(tensors, read.tensors());
    assertArrayEquals(first, CompressedNetwork.firstVersion(first));
  }

  /** The table is a few letters a row, and what follows from the values takes three bits. */
  @Test
  void saysTableAndUsualHoldsInLittle() {
    DataFacts data = new DataFacts("any", "0", 32, 32, 3, 10, 10, 10, 10);
    Network network = Networks.of(new Model("resnet18", new BigDecimal("0.25")), data);
    List<Tensor> tensors = new ArrayList<>();
    Map<String, Hold> holds = new HashMap<>();
    for (Tensor tensor : Initialization.of(network, 1)) {
      Tensor shared =
          tensor.kind().isKernel()
              ? tensor.with(KMeans.cluster(tensor.values(), 16).decode())
              : tensor;
      tensors.add(shared);
      if (tensor.kind().isKernel()) {
        holds.put(tensor.name(), new Hold.Shared(KMeans.cluster(shared.values(), 16)));
      }
    }
    CompressedNetwork encoded = CompressedNetwork.encode(tensors);
    int more =
        NetworkFile.encode(encoded, network, tensors, holds, null).length - (int) encoded.size();
    assertTrue(more < network.canonical().length() * 3 / 4, more + " bytes");
  }

  /** Training may let two centroids meet, or one reach zero: their weights stay apart. */
  @Test
  void keepsWeightsApartWhoseCentroidsMet() {
    float[] values = {1, 1, 0, 2, 0};
    char[] codes = {1, 2, 0, 3, 4};
    Tensor tensor = new Tensor("a/W", Tensor.Kind.DENSE, List.of(1, 5), 1, true, values);
    Map<String, Hold> holds = Map.of("a/W", new Hold.Shared(Codebook.of(codes, values)));
    byte[] file =
        NetworkFile.encode(
            CompressedNetwork.encode(List.of(tensor)), null, List.of(tensor), holds, null);
    NetworkFile read = NetworkFile.decode(file);
    Codebook codebook = assertInstanceOf(Hold.Shared.class, read.holds().get("a/W")).codebook();
    for (int i = 0; i < codes.length; i++) {
      assertEquals(codes[i], codebook.code(i));
    }
  }

  @Test
  void refusesDamageEvenUnderARightChecksum() {
    List<Tensor> tensors = Nets.values(Nets.small(), 1);
    Map<String, Hold> holds = new HashMap<>();
    SplittableRandom random = new SplittableRandom(5);
    List<Tensor> kept = new ArrayList<>();
    tensors.forEach(tensor -> kept.add(held(random, tensor, holds)));
    CompressedNetwork encoded = CompressedNetwork.encode(kept);
    byte[] file = NetworkFile.encode(encoded, Nets.small(), kept, holds, null);
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      BitReader whole = FileFrame.content(file);
      byte[] content = whole.rest();
      int from = encoded.content().length;
      content[from + random.nextInt(content.length - from)] = (byte) random.nextInt();
      try {
        NetworkFile.decode(FileFrame.SECOND.around(content));
      } catch (IllegalArgumentException e) {
        assertTrue(String.valueOf(e.getMessage()).contains(", found "), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 1_000, "refused " + refused);
  }

  @Test
  void refusesATableOfOtherParameters() {
    List<Tensor> tensors = Nets.values(Nets.small(), 1);
    byte[] file =
        NetworkFile.encode(CompressedNetwork.encode(tensors), NETWORK, tensors, Map.of(), null);
    Exception e = assertThrows(IllegalArgumentException.class, () -> NetworkFile.decode(file));
    assertTrue(
        String.valueOf(e.getMessage()).contains(": the table must have the parameters [c1/W "),
        e.getMessage());
  }

  @Test
  void refusesAFewBytesThatDeclareALongText() {
    BitWriter out = new BitWriter();
    out.varint(0);
    out.varint(1L << 30);
    out.bits(0, 56);
    out.align();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NetworkFile.decode(FileFrame.SECOND.around(out.toByteArray())));
    assertTrue(
        String.valueOf(e.getMessage())
            .endsWith("bytes of a text must be in [0, 1048576], found 1073741824"),
        e.getMessage());
  }

  /** A tensor with one of the holds, which goes with its values or not. */
  private static Tensor held(SplittableRandom random, Tensor tensor, Map<String, Hold> holds) {
    float[] values = tensor.values().clone();
    int[] some = IntStream.range(0, values.length).filter(i -> random.nextInt(3) == 0).toArray();
    Mask mask = Mask.pruning(values.length, some);
    int choice = random.nextInt(6);
    if (choice == 1) {
      mask.apply(values);
      holds.put(tensor.name(), new Hold.Zeros(mask));
    } else if (choice == 2) {
      mask.apply(values);
      values[0] = 0;
      values[values.length - 1] = -0.0f;
      mask = Mask.pruning(values.length, new int[] {0});
      holds.put(tensor.name(), new Hold.Zeros(mask));
    } else if (choice == 3) {
      mask.apply(values);
      Codebook codebook = KMeans.cluster(values, 4);
      values = codebook.decode();
      holds.put(tensor.name(), new Hold.Shared(codebook));
    } else if (choice == 4) {
      char[] codes = new char[values.length];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (char) random.nextInt(7);
        int level = codes[i] / 2;
        values[i] = level * 0.5f;
      }
      Codebook codebook = Codebook.of(codes, values);
      values = codebook.decode();
      holds.put(tensor.name(), new Hold.Shared(codebook));
    } else if (choice == 5) {
      holds.put(tensor.name(), new Hold.Frozen());
    }
    return tensor.with(values);
  }

  private static void assertSameHold(Hold expected, @Nullable Hold found) {
    if (expected instanceof Hold.Shared shared) {
      Codebook other = assertInstanceOf(Hold.Shared.class, found).codebook();
      assertTrue(shared.codebook().groupsAs(other));
      assertArrayEquals(shared.codebook().decode(), other.decode());
    } else {
      assertEquals(expected, found);
    }
  }
}
