package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of a network's table as it is computed for predictions, with the rows that it takes along:
 * first {@code row}, then {@code norm}, then plus {@code addend}, then the activation.
 *
 * @param name of the last row it takes along, by which others read it
 * @param row gives its parameters and its input
 * @param norm a batch norm behind it, null where there is none
 * @param addend the row that is added, null where none is; the second row of a sum of its own
 */
public record Fused(
    String name,
    Layer row,
    Layer.@Nullable BatchNorm norm,
    @Nullable String addend,
    Activation activation) {

  /** The rows that it reads. */
  public List<String> inputs() {
    String first = row.inputs().get(0);
    return addend == null ? List.of(first) : List.of(first, addend);
  }

  /**
   * All rows of a network in an order in which they can be computed. A convolution takes along the
   * batch norm that alone reads it, and the sum that alone reads what then comes out. There is no
   * dropout.
   */
  public static List<Fused> of(Network trained) {
    Network network = trained.withoutDropout();
    Map<String, Integer> readers = new HashMap<>();
    network
        .layers()
        .forEach(row -> row.inputs().forEach(input -> readers.merge(input, 1, Integer::sum)));
    List<Fused> fused = new ArrayList<>();
    Set<String> computed = new HashSet<>(Set.of(Network.INPUT));
    for (Layer row : network.layers()) {
      Fused last = fused.isEmpty() ? null : fused.get(fused.size() - 1);
      if (last != null && last.canTake(row, readers, computed)) {
        fused.set(fused.size() - 1, last.with(row));
      } else {
        fused.add(alone(row));
      }
      computed.add(row.name());
    }
    return fused;
  }

  private static Fused alone(Layer row) {
    String addend = row instanceof Layer.Add sum ? sum.right() : null;
    Activation activation = Objects.requireNonNullElse(Activated.of(row), Activation.IDENTITY);
    return new Fused(row.name(), row, null, addend, activation);
  }

  /** Only the row computed last takes others along: what is added is then there already. */
  private boolean canTake(Layer next, Map<String, Integer> readers, Set<String> computed) {
    boolean convolves =
        row instanceof Layer.Convolution
            || row instanceof Layer.Depthwise
            || row instanceof Layer.BatchNorm;
    if (!convolves
        || addend != null
        || activation != Activation.IDENTITY
        || readers.getOrDefault(name, 0) != 1
        || !next.inputs().contains(name)) {
      return false;
    }
    return (next instanceof Layer.BatchNorm && norm == null && !(row instanceof Layer.BatchNorm))
        || (next instanceof Layer.Add && computed.containsAll(next.inputs()));
  }

  private Fused with(Layer next) {
    if (next instanceof Layer.BatchNorm behind) {
      return new Fused(next.name(), row, behind, null, behind.activation());
    }
    Layer.Add sum = (Layer.Add) next;
    String other = sum.left().equals(name) ? sum.right() : sum.left();
    return new Fused(next.name(), row, norm, Objects.requireNonNull(other), sum.activation());
  }
}
