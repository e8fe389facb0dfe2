package dev.espalier.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.reshape.ResidualBlock;
import dev.espalier.workers.reshape.ResidualBlocks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class DropBlocksTest {
  private static final Network WHOLE = Widths.network("resnet18", "0.0625", 8, 3);

  @Test
  void keepsWhatIsHeldOfTheRowsThatStay() {
    Map<String, Hold> holds = new HashMap<>();
    Nets.values(WHOLE, 1)
        .forEach(
            tensor ->
                holds.put(
                    tensor.name(),
                    new Hold.Zeros(Mask.pruning(tensor.values().length, new int[] {0}))));
    State before =
        new State(
            WHOLE,
            Nets.values(WHOLE, 1),
            holds,
            Set.of("stem.conv/W", "stage1.block2.conv1/W"),
            new float[3],
            List.of());
    State after = new DropBlocks(List.of("stage1.block2"), List.of()).apply(before, 1);
    assertEquals(Tensor.names(after.tensors()), after.holds().keySet());
    assertEquals(Set.of("stem.conv/W"), after.prunable());
    assertEquals(null, after.updater());
    assertEquals(table(after).layout().size(), after.tensors().size());
    assertTrue(after.tensors().stream().noneMatch(t -> t.name().startsWith("stage1.block2")));
  }

  @Test
  void eachTimeTheBlockGoesThatChangesLeast() {
    List<Tensor> tensors = Widths.values(WHOLE, 5);
    State state = new State(WHOLE, tensors, Map.of(), Set.of(), null, List.of());
    float[] images = Nets.images(WHOLE, 3, 1);
    List<String> gone = new ArrayList<>();
    for (int count = 1; count <= 5; count++) {
      gone.add(best(tensors, images, gone));
      State after = new DropBlocksByImages(count, 3, List.of()).apply(state, images, new Plain());
      assertEquals(ResidualBlocks.without(WHOLE, gone), after.table());
    }
    assertTrue(!gone.equals(ResidualBlocks.of(WHOLE).names()), "by change, not by order");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new DropBlocksByImages(6, 3, List.of()).apply(state, images, new Plain()));
    assertEquals(
        "count: must be at most the identity residual blocks of the network, found 6 of 5",
        e.getMessage());
  }

  /** The block that should go next, from all of them. */
  private static String best(List<Tensor> tensors, float[] images, List<String> gone) {
    float[] whole = PlainForward.probabilities(WHOLE, tensors, images, 3);
    String best = "";
    double least = Double.MAX_VALUE;
    for (String name : ResidualBlocks.of(WHOLE).names()) {
      if (!gone.contains(name)) {
        List<String> more = new ArrayList<>(gone);
        more.add(name);
        Network left = ResidualBlocks.without(WHOLE, more);
        float[] found =
            PlainForward.probabilities(left, ResidualBlock.left(left, tensors), images, 3);
        double change = 0;
        for (int i = 0; i < whole.length; i++) {
          change += Math.abs(whole[i] - found[i]);
        }
        if (change < least) {
          least = change;
          best = name;
        }
      }
    }
    return best;
  }

  @Test
  void ofBlocksThatAddNothingTheFirstGoes() {
    List<Tensor> tensors =
        Widths.values(WHOLE, 5).stream()
            .map(
                tensor ->
                    tensor.layer().matches("stage[24].block2.norm2") && tensor.trainable()
                        ? tensor.with(new float[tensor.values().length])
                        : tensor)
            .toList();
    State state = new State(WHOLE, tensors, Map.of(), Set.of(), null, List.of());
    float[] images = Nets.images(WHOLE, 2, 1);
    State after = new DropBlocksByImages(1, 2, List.of()).apply(state, images, new Plain());
    assertEquals(ResidualBlocks.without(WHOLE, List.of("stage2.block2")), after.table());
  }

  private static Network table(State state) {
    return Objects.requireNonNull(state.table());
  }

  /** Passes by definition. */
  private record Plain() implements ForwardPass {
    @Override
    public Map<String, BatchStatistics> batchStatistics(
        float[] images, int batch, Map<String, Hold> holds) {
      throw new AssertionError("dropping asks for probabilities only");
    }

    @Override
    public Map<String, double[]> meanAbsolute(Set<String> rows, float[] images) {
      throw new AssertionError("dropping asks for probabilities only");
    }

    @Override
    public void activations(Set<String> rows, float[] images, BiConsumer<String, float[]> sink) {
      throw new AssertionError("dropping asks for probabilities only");
    }

    @Override
    public float[] probabilities(WeightedNetwork other, float[] images) {
      int count = images.length / other.network().input().size();
      return PlainForward.probabilities(other.network(), other.tensors(), images, count);
    }
  }
}
