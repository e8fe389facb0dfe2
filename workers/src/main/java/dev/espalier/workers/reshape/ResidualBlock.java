package dev.espalier.workers.reshape;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Rereading;
import dev.espalier.workers.model.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A residual block whose skip is the identity (arXiv 1603.05027): what lies between a row and its
 * sum with what the block makes of it. A network without the block reads {@code input} where it
 * read {@code sum}.
 *
 * @param name of the sum without a last {@code .add}: {@code stage2.block1}
 * @param input the row that the block reads, which is also one operand of the sum
 * @param sum the row that adds both
 * @param inner the rows between, which nothing else reads
 */
public record ResidualBlock(String name, String input, String sum, Set<String> inner) {
  public ResidualBlock {
    inner = Set.copyOf(inner);
  }

  /** The network without this block. */
  public Network removedFrom(Network network) {
    List<Layer> rows = new ArrayList<>();
    for (Layer row : network.layers()) {
      if (!inner.contains(row.name()) && !row.name().equals(sum)) {
        rows.add(Rereading.of(row, sum, input));
      }
    }
    return new Network(network.height(), network.width(), network.channels(), rows);
  }

  /** The parameters of {@code network} among those of a network that has more rows. */
  public static List<Tensor> left(Network network, List<Tensor> more) {
    Set<String> rows = new HashSet<>();
    network.layers().forEach(row -> rows.add(row.name()));
    return more.stream().filter(tensor -> rows.contains(tensor.layer())).toList();
  }
}
