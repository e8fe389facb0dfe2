package dev.espalier.workers.stage;

import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.reshape.NewHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the classifier of a network by a new one with weights drawn by {@link Initialization},
 * for transfer learning.
 *
 * @param layers as {@link NewHead} takes them
 * @param classes of the data, at least 1
 * @param freeze whether the rest of the network stays unchanged from then on
 * @param varied the options that distinguish it from other stages of its kind in the sweep
 */
public record ReplaceHead(
    List<String> layers, int classes, boolean freeze, List<NamedOption> varied)
    implements Transform {
  public ReplaceHead {
    layers.forEach(NewHead::line);
    if (classes < 1) {
      throw new IllegalArgumentException("classes: must be at least 1, found " + classes);
    }
    layers = List.copyOf(layers);
    varied = List.copyOf(varied);
  }

  @Override
  public String canonical() {
    return "replace head by "
        + (layers.isEmpty() ? "no layers" : String.join(", ", layers))
        + "\nclasses "
        + classes
        + "\nfreeze "
        + freeze;
  }

  @Override
  public String word() {
    return "replace-head";
  }

  @Override
  public String slug() {
    return "head-" + briefLayers();
  }

  @Override
  public String brief() {
    return "head=" + briefLayers();
  }

  private String briefLayers() {
    return layers.isEmpty() ? "none" : String.join("-", layers).replace(" ", "");
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return Map.of("head", layers.isEmpty() ? "none" : String.join(", ", layers));
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
    NewHead head = NewHead.of(table, layers, classes);
    Map<String, Tensor> before = new WeightedNetwork(table, state.tensors()).byName();
    Map<String, Hold> holds = new HashMap<>();
    Set<String> prunable = new HashSet<>(freeze ? Set.of() : state.prunable());
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor drawn : Initialization.of(head.network(), seed)) {
      boolean isBase = head.base().contains(drawn.layer());
      Hold hold = freeze ? new Hold.Frozen() : state.holds().get(drawn.name());
      if (isBase && hold != null) {
        holds.put(drawn.name(), hold);
      } else if (!isBase && KernelSelection.standard().takes(drawn.kind(), drawn.layer())) {
        prunable.add(drawn.name());
      }
      tensors.add(isBase ? Objects.requireNonNull(before.get(drawn.name())) : drawn);
    }
    prunable.retainAll(Tensor.names(tensors));
    return new State(head.network(), tensors, holds, Set.copyOf(prunable), null, List.of());
  }
}
