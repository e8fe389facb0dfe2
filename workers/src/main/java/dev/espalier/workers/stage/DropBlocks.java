package dev.espalier.workers.stage;

import dev.espalier.workers.model.Network;
import dev.espalier.workers.reshape.ResidualBlock;
import dev.espalier.workers.reshape.ResidualBlocks;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Removes identity residual blocks, which makes the network shallower; a network of such blocks
 * loses little accuracy (arXiv 1605.06431).
 *
 * @param blocks at least one name, as {@link ResidualBlocks} has them, in network order
 * @param varied the options that distinguish it from other stages of its kind in the sweep
 */
public record DropBlocks(List<String> blocks, List<NamedOption> varied) implements Transform {
  public DropBlocks {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("blocks: must be at least one, found none");
    }
    blocks = List.copyOf(blocks);
    varied = List.copyOf(varied);
  }

  @Override
  public String canonical() {
    return "drop blocks " + String.join(",", blocks);
  }

  @Override
  public String word() {
    return "drop-blocks";
  }

  @Override
  public String slug() {
    return "drop-" + String.join(",", blocks).replaceAll("[^A-Za-z0-9._,-]", "+");
  }

  @Override
  public String brief() {
    return "drop=" + String.join(",", blocks);
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return Map.of("drop_blocks", String.join(",", blocks));
  }

  @Override
  public List<NamedOption> varied() {
    return varied;
  }

  @Override
  public boolean needsTable() {
    return true;
  }

  @Override
  public State apply(State state, long seed) {
    Network table = Objects.requireNonNull(state.table(), "a network without a table has no rows");
    Network left = ResidualBlocks.without(table, blocks);
    return state.in(left, ResidualBlock.left(left, state.tensors()));
  }
}
