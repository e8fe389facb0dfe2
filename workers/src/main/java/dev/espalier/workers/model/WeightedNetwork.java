package dev.espalier.workers.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network's table with the values of its parameters: all that its predictions follow from.
 *
 * @param tensors in the order of {@link Network#layout()}
 */
public record WeightedNetwork(Network network, List<Tensor> tensors) {
  public WeightedNetwork {
    tensors = List.copyOf(tensors);
    List<String> expected = network.layout().stream().map(p -> p.name() + " " + p.shape()).toList();
    List<String> found = tensors.stream().map(t -> t.name() + " " + t.shape()).toList();
    if (!found.equals(expected)) {
      throw new IllegalArgumentException("the parameters must be " + expected + ", found " + found);
    }
  }

  /** The same from parameters in any order. */
  public static WeightedNetwork of(Network network, Map<String, Tensor> byName) {
    return new WeightedNetwork(
        network,
        network.layout().stream()
            .map(p -> Objects.requireNonNull(byName.get(p.name()), p.name()))
            .toList());
  }

  /** The parameters by their names. */
  public Map<String, Tensor> byName() {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    return byName;
  }
}
