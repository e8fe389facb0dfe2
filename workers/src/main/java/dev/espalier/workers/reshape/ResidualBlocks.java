package dev.espalier.workers.reshape;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The residual blocks of a network.
 *
 * @param blocks those that can be removed, in the order of their sums
 * @param others why other sums are no such blocks, by the name that their block would have: {@code
 *     neither side is what the other one starts from}
 */
public record ResidualBlocks(List<ResidualBlock> blocks, Map<String, String> others) {
  private static final String ADD = ".add";

  public ResidualBlocks {
    blocks = List.copyOf(blocks);
    others = new LinkedHashMap<>(others);
  }

  /** Those of a network's table. */
  public static ResidualBlocks of(Network network) {
    return new Search(network).found();
  }

  /** The names of the blocks that can be removed, in network order. */
  public List<String> names() {
    return blocks.stream().map(ResidualBlock::name).toList();
  }

  /**
   * A network without some of its blocks; a block within another one goes with it.
   *
   * @param names of blocks that can be removed
   * @throws IllegalArgumentException if there is no such block
   */
  public static Network without(Network network, List<String> names) {
    List<String> known = of(network).names();
    List<String> unknown = names.stream().filter(name -> !known.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "blocks: must be identity residual blocks of the network, which are %s; found %s"
              .formatted(known, unknown));
    }
    Network left = network;
    // Outer sums come after inner ones: without the inner block an outer one would have no rows.
    for (int i = known.size() - 1; i >= 0; i--) {
      String name = known.get(i);
      for (ResidualBlock block : of(left).blocks()) {
        if (names.contains(name) && block.name().equals(name)) {
          left = block.removedFrom(left);
        }
      }
    }
    return left;
  }

  /** The search through one table. */
  private static final class Search {
    private final Network network;
    private final Map<String, Layer> rows = new HashMap<>();

    private Search(Network network) {
      this.network = network;
      network.layers().forEach(row -> rows.put(row.name(), row));
    }

    private ResidualBlocks found() {
      List<ResidualBlock> blocks = new ArrayList<>();
      Map<String, String> others = new LinkedHashMap<>();
      for (Layer row : network.layers()) {
        if (row instanceof Layer.Add sum) {
          String name = name(sum.name());
          ResidualBlock block = block(name, sum);
          String reason =
              block == null
                  ? "neither side of %s is what the other one starts from".formatted(sum.name())
                  : objection(block, sum);
          if (block == null || reason != null) {
            others.put(name, String.valueOf(reason));
          } else {
            blocks.add(block);
          }
        }
      }
      return new ResidualBlocks(blocks, others);
    }

    private String name(String sum) {
      String shorter = sum.endsWith(ADD) ? sum.substring(0, sum.length() - ADD.length()) : sum;
      return shorter.isEmpty() || rows.containsKey(shorter) ? sum : shorter;
    }

    /** The block that ends in a sum; null where neither operand is its input. */
    private @Nullable ResidualBlock block(String name, Layer.Add sum) {
      for (String input : List.of(sum.left(), sum.right())) {
        String other = input.equals(sum.left()) ? sum.right() : sum.left();
        Set<String> inner = between(input, other);
        if (!inner.isEmpty()) {
          return new ResidualBlock(name, input, sum.name(), inner);
        }
      }
      return null;
    }

    /** The rows behind {@code input} up to {@code last}; none where one reads anything else. */
    private Set<String> between(String input, String last) {
      Set<String> inner = new HashSet<>();
      Deque<String> open = new ArrayDeque<>(List.of(last));
      while (!open.isEmpty()) {
        String name = open.pop();
        Layer row = rows.get(name);
        if (name.equals(input) || !inner.add(name)) {
          continue;
        }
        if (row == null) {
          return Set.of(); // the image, past the input
        }
        open.addAll(row.inputs());
      }
      return inner;
    }

    private @Nullable String objection(ResidualBlock block, Layer.Add sum) {
      for (Layer reader : network.layers()) {
        for (String read : reader.inputs()) {
          boolean within =
              block.inner().contains(reader.name()) || reader.name().equals(block.sum());
          if (block.inner().contains(read) && !within) {
            return "%s reads %s within it".formatted(reader.name(), read);
          }
        }
      }
      return keeps(sum.activation(), block.input())
          ? null
          : "%s after the sum would change what %s gives"
              .formatted(sum.activation().word(), block.input());
    }

    /** Whether an activation leaves the values of a row as they are, whatever the images. */
    private boolean keeps(Activation activation, String row) {
      Layer layer = rows.get(row);
      if (activation == Activation.IDENTITY) {
        return true;
      } else if (layer == null) {
        return false;
      }
      Activation own = activation(layer);
      if (own == activation || (own == Activation.RELU6 && activation == Activation.RELU)) {
        return true;
      }
      // Means and maxima of values in a range, and zeros beside them, are in that range.
      return own == null && keeps(activation, layer.inputs().get(0));
    }

    /**
     * The activation of a row; null of rows that have none and stay in the range of their input.
     */
    private static @Nullable Activation activation(Layer row) {
      if (row instanceof Layer.Convolution c) {
        return c.activation();
      } else if (row instanceof Layer.Depthwise d) {
        return d.activation();
      } else if (row instanceof Layer.BatchNorm n) {
        return n.activation();
      } else if (row instanceof Layer.Add a) {
        return a.activation();
      } else if (row instanceof Layer.Dense d) {
        return d.activation();
      }
      return row instanceof Layer.Output ? Activation.IDENTITY : null;
    }
  }
}
