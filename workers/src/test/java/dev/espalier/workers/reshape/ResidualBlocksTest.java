package dev.espalier.workers.reshape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidualBlocksTest {
  private static final List<String> OF_RESNET18 =
      List.of("stage1.block1", "stage1.block2", "stage2.block2", "stage3.block2", "stage4.block2");

  @Test
  void blocksOfOurNetworksAreNamed() {
    assertEquals(OF_RESNET18, ResidualBlocks.of(Widths.network("resnet18", "1", 32, 3)).names());
    assertEquals(
        List.of(
            "block3", "block5", "block6", "block8", "block9", "block10", "block12", "block13",
            "block15", "block16"),
        ResidualBlocks.of(Widths.network("mobilenetv2", "1", 32, 3)).names());
    assertEquals(List.of(), ResidualBlocks.of(Widths.network("mnist-cnn", "1", 28, 1)).names());
  }

  /** A block whose last batch norm gives zeros adds nothing to its input. */
  @ParameterizedTest
  @CsvSource({"resnet18, 0.0625", "mobilenetv2, 0.35"})
  void aNetworkWithoutBlocksComputesWhatTheWholeOneDoesWhoseBlocksGiveZero(
      String architecture, String width) {
    Network whole = Widths.network(architecture, width, 8, 3);
    SplittableRandom random = new SplittableRandom(3);
    ResidualBlocks blocks = ResidualBlocks.of(whole);
    for (int round = 0; round < 4; round++) {
      List<String> gone = new ArrayList<>(blocks.names());
      gone.removeIf(name -> random.nextInt(2) == 0);
      List<Tensor> tensors = zeroed(whole, Nets.values(whole, round), blocks, gone);
      Network left = ResidualBlocks.without(whole, gone);
      List<Tensor> kept = ResidualBlock.left(left, tensors);
      float[] image = Nets.images(whole, 1, round);
      assertEquals(gone.isEmpty(), left.parameters() == whole.parameters());
      assertArrayEquals(
          PlainForward.logits(whole, tensors, image), PlainForward.logits(left, kept, image));
    }
  }

  /** The same parameters, but for norms before the sums of these blocks, which give zeros. */
  private static List<Tensor> zeroed(
      Network network, List<Tensor> tensors, ResidualBlocks blocks, List<String> gone) {
    List<String> norms = new ArrayList<>();
    for (ResidualBlock block : blocks.blocks()) {
      for (Layer row : network.layers()) {
        if (gone.contains(block.name()) && row.name().equals(block.sum())) {
          row.inputs().stream().filter(name -> !name.equals(block.input())).forEach(norms::add);
        }
      }
    }
    assertEquals(gone.size(), norms.size());
    return tensors.stream()
        .map(
            tensor ->
                norms.contains(tensor.layer()) && tensor.trainable()
                    ? tensor.with(new float[tensor.values().length])
                    : tensor)
        .toList();
  }

  @Test
  void whateverReadTheSumReadsTheInputOfTheBlock() {
    List<Layer> whole = new ArrayList<>(List.of(convolution("stem", "input", Activation.RELU6)));
    whole.add(convolution("a.conv", "stem", Activation.IDENTITY));
    whole.add(new Layer.Add("a.add", "a.conv", "stem", Activation.RELU));
    whole.addAll(readers("a.add"));
    List<Layer> left = new ArrayList<>(List.of(whole.get(0)));
    left.addAll(readers("stem"));
    assertEquals(
        new Network(4, 4, 3, left),
        ResidualBlocks.without(new Network(4, 4, 3, whole), List.of("a")));
  }

  private static Layer convolution(String name, String input, Activation activation) {
    return new Layer.Convolution(name, input, 3, 3, 3, 1, 1, true, activation);
  }

  /** A row of each kind, none but the last read by another. */
  private static List<Layer> readers(String row) {
    return List.of(
        convolution("conv", row, Activation.RELU),
        new Layer.Depthwise("depthwise", row, 3, 3, 2, 0, true, Activation.RELU6),
        new Layer.BatchNorm("norm", row, 3, 1e-3, 0.9, true, Activation.IDENTITY),
        new Layer.Pad("pad", row, new Padding(1, 0, 1, 0)),
        new Pool("pool", row, Pool.Function.AVERAGE, 3, 2, new Padding(1, 1, 1, 1)),
        new Layer.GlobalAveragePool("mean", row),
        new Layer.Add("twice", row, row, Activation.IDENTITY),
        new Layer.Add("left", row, "twice", Activation.RELU6),
        new Layer.Add("right", "twice", row, Activation.RELU),
        new Layer.Dense("dense", row, 48, 5, Activation.RELU),
        new Layer.Output("out", row, 48, 2));
  }

  @Test
  void sumsThatAreNoBlocksSayWhy() {
    ResidualBlocks everything = ResidualBlocks.of(Nets.everything());
    assertEquals(List.of("a2"), everything.names());
    assertEquals("relu after the sum would change what n4 gives", everything.others().get("a1"));
    ResidualBlocks oddities = ResidualBlocks.of(Nets.oddities());
    assertEquals(List.of("s1"), oddities.names());
    assertEquals(
        "neither side of s2 is what the other one starts from", oddities.others().get("s2"));
    assertEquals(
        "neither side of s3 is what the other one starts from", oddities.others().get("s3"));
    assertEquals("relu6 after the sum would change what s3 gives", oddities.others().get("s4"));
    ResidualBlocks resnet18 = ResidualBlocks.of(Widths.network("resnet18", "1", 32, 3));
    assertEquals(
        "neither side of stage2.block1.add is what the other one starts from",
        resnet18.others().get("stage2.block1"));
  }

  @Test
  void aBlockIntoWhichOthersLookStays() {
    Network network =
        ending(
            convolution("stem", "input", Activation.RELU),
            convolution("within", "stem", Activation.RELU),
            new Layer.Add("sum", "stem", "within", Activation.RELU),
            convolution("curious", "within", Activation.RELU),
            new Layer.Add("last", "sum", "curious", Activation.IDENTITY));
    ResidualBlocks blocks = ResidualBlocks.of(network);
    assertEquals(List.of(), blocks.names());
    assertEquals("curious reads within within it", blocks.others().get("sum"));
  }

  /** Values stay in the range of a rectifier through poolings, and leave it in a convolution. */
  @Test
  void anInputBehindAPoolingIsPastTheActivationBeforeIt() {
    Pool pool = new Pool("pool", "stem", Pool.Function.AVERAGE, 2, 2, Padding.NONE);
    for (Activation before : Activation.values()) {
      for (Activation after : Activation.values()) {
        Network network =
            ending(
                convolution("stem", "input", before),
                pool,
                convolution("conv", "pool", Activation.IDENTITY),
                new Layer.Add("sum", "conv", "pool", after));
        boolean kept =
            after == Activation.IDENTITY || before == after || before == Activation.RELU6;
        assertEquals(
            kept, ResidualBlocks.of(network).names().contains("sum"), before + " " + after);
      }
    }
  }

  @Test
  void aBlockWithinAnotherGoesWithItAndAlone() {
    Network network =
        ending(
            convolution("stem", "input", Activation.RELU),
            convolution("outer.conv", "stem", Activation.RELU),
            convolution("inner.conv", "outer.conv", Activation.RELU),
            new Layer.Add("inner.add", "outer.conv", "inner.conv", Activation.IDENTITY),
            new Layer.Add("outer.add", "inner.add", "stem", Activation.RELU));
    assertEquals(List.of("inner", "outer"), ResidualBlocks.of(network).names());
    List<List<String>> choices =
        List.of(List.of("outer"), List.of("inner", "outer"), List.of("outer", "inner"));
    for (List<String> names : choices) {
      assertEquals(3, ResidualBlocks.without(network, names).layers().size(), names.toString());
    }
    assertEquals(5, ResidualBlocks.without(network, List.of("inner")).layers().size());
  }

  @Test
  void aSumKeepsItsWholeNameWhereTheShorterOneIsARow() {
    Network network =
        ending(
            convolution("a", "input", Activation.RELU),
            convolution("b", "a", Activation.RELU),
            new Layer.Add("a.add", "a", "b", Activation.RELU));
    assertEquals(List.of("a.add"), ResidualBlocks.of(network).names());
  }

  @Test
  void blocksThatAreNotThereAreNamedAll() {
    Network network = Widths.network("resnet18", "0.0625", 8, 3);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                ResidualBlocks.without(
                    network, List.of("stage1.block1", "stage2.block1", "block9")));
    assertEquals(
        "blocks: must be identity residual blocks of the network, which are "
            + OF_RESNET18
            + "; found [stage2.block1, block9]",
        e.getMessage());
  }

  /** These rows and an output that reads the last one. */
  private static Network ending(Layer... rows) {
    List<Layer> all = new ArrayList<>(List.of(rows));
    String last = rows[rows.length - 1].name();
    all.add(new Layer.GlobalAveragePool("mean", last));
    all.add(new Layer.Output("out", "mean", 3, 2));
    return new Network(4, 4, 3, all);
  }
}
