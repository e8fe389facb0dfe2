package dev.espalier.workers.stage;

import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.reshape.ResidualBlock;
import dev.espalier.workers.reshape.ResidualBlocks;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Removes identity residual blocks, one after the other: each time the block whose removal keeps
 * the probabilities of some training images nearest to those of the initial network, by mean
 * absolute difference. Of equally good blocks the first is removed.
 *
 * @param count how many, at least 1
 * @param images at least 1
 * @param varied the options that distinguish it from other stages of its kind in the sweep
 */
public record DropBlocksByImages(int count, int images, List<NamedOption> varied)
    implements Calibration {
  public DropBlocksByImages {
    if (count < 1) {
      throw new IllegalArgumentException("count: must be at least 1, found " + count);
    }
    if (images < 1) {
      throw new IllegalArgumentException("images: must be at least 1, found " + images);
    }
    varied = List.copyOf(varied);
  }

  @Override
  public String canonical() {
    return "drop "
        + count
        + " blocks by the mean absolute change of the probabilities of "
        + images
        + " images, one after the other, ties by order";
  }

  @Override
  public String word() {
    return "drop-blocks";
  }

  @Override
  public String slug() {
    return "drop" + count;
  }

  @Override
  public String brief() {
    return "drop=" + count;
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return Map.of("drop_blocks_count", count);
  }

  @Override
  public List<NamedOption> varied() {
    return varied;
  }

  @Override
  public boolean needsTable() {
    return true;
  }

  /**
   * The network without the blocks.
   *
   * @throws IllegalArgumentException if it has fewer blocks that can be removed
   */
  @Override
  public State apply(State state, float[] pixels, ForwardPass network) {
    Network table = Objects.requireNonNull(state.table(), "a network without a table has no rows");
    float[] whole = network.probabilities(new WeightedNetwork(table, state.tensors()), pixels);
    WeightedNetwork left = new WeightedNetwork(table, state.tensors());
    for (int gone = 0; gone < count; gone++) {
      left = withoutNext(left, gone, whole, pixels, network);
    }
    return state.in(left.network(), left.tensors());
  }

  private WeightedNetwork withoutNext(
      WeightedNetwork before, int gone, float[] whole, float[] pixels, ForwardPass network) {
    WeightedNetwork best = null;
    double least = Double.POSITIVE_INFINITY;
    for (ResidualBlock block : ResidualBlocks.of(before.network()).blocks()) {
      Network table = block.removedFrom(before.network());
      List<Tensor> tensors = ResidualBlock.left(table, before.tensors());
      WeightedNetwork without = new WeightedNetwork(table, tensors);
      double change = change(whole, network.probabilities(without, pixels));
      if (best == null || change < least) {
        best = without;
        least = change;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          "count: must be at most the identity residual blocks of the network, found %d of %d"
              .formatted(count, gone));
    }
    return best;
  }

  private static double change(float[] whole, float[] left) {
    double sum = 0;
    for (int i = 0; i < whole.length; i++) {
      sum += Math.abs((double) whole[i] - left[i]);
    }
    return sum / whole.length;
  }
}
