package dev.espalier.workers.stage;

import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network between two stages.
 *
 * @param table what the network computes; null where no table says it, which only the user's own
 *     network can be: then its graph does
 * @param tensors every parameter, in the order of the network
 * @param holds by tensor, what later training must keep
 * @param prunable names of the tensors that prune stages may touch
 * @param updater velocity of the optimizer after fine-tuning; null elsewhere
 * @param curve of the epochs between the state that the stage starts from and this one
 * @param precision of numbers that are not 32-bit floats; null where all are
 */
// States are handed on and never compared, so an array may stand in a record.
@SuppressWarnings("ArrayRecordComponent")
public record State(
    @Nullable Network table,
    List<Tensor> tensors,
    Map<String, Hold> holds,
    Set<String> prunable,
    float @Nullable [] updater,
    List<EpochMetrics> curve,
    @Nullable Precision precision) {

  /** A state whose numbers are 32-bit floats. */
  public State(
      @Nullable Network table,
      List<Tensor> tensors,
      Map<String, Hold> holds,
      Set<String> prunable,
      float @Nullable [] updater,
      List<EpochMetrics> curve) {
    this(table, tensors, holds, prunable, updater, curve, null);
  }

  /**
   * What a transform makes of this state: the same network with other parameters, which no training
   * has reached.
   */
  public State with(List<Tensor> parameters, Map<String, Hold> newHolds, Set<String> nowPrunable) {
    return new State(table, parameters, newHolds, nowPrunable, null, List.of());
  }

  /**
   * The same network with parameters that are the numbers of {@code newPrecision}. Nothing is held
   * any more: no stage follows.
   */
  public State quantized(List<Tensor> parameters, Precision newPrecision) {
    return new State(table, parameters, Map.of(), prunable, null, List.of(), newPrecision);
  }

  /**
   * The network of another table, with what is held of the parameters that it shares with this one.
   *
   * @param other a table some of whose rows are not those of this one
   * @param parameters all of {@code other}, in its order
   */
  State in(Network other, List<Tensor> parameters) {
    Set<String> names = Tensor.names(parameters);
    Map<String, Hold> left = new HashMap<>(holds);
    left.keySet().retainAll(names);
    Set<String> prunableLeft = new HashSet<>(prunable);
    prunableLeft.retainAll(names);
    return new State(other, parameters, left, Set.copyOf(prunableLeft), null, List.of());
  }

  /** The scales of kernels that are 8-bit integers, by the name of the kernel. */
  public Map<String, List<Float>> kernelScales() {
    return precision == null ? Map.of() : precision.kernelScales();
  }

  /** The same network with other parameters, under the same holds. */
  public State with(List<Tensor> parameters) {
    return with(parameters, holds, prunable);
  }

  /**
   * What training makes of this state. Shared values are where the weights are now.
   *
   * @param reached points of all epochs since the state that the stage starts from
   */
  public State trained(List<Tensor> parameters, float[] velocity, List<EpochMetrics> reached) {
    return new State(table, parameters, at(parameters, holds), prunable, velocity, reached);
  }

  /** The same holds, with shared values where the weights are. */
  private static Map<String, Hold> at(List<Tensor> tensors, Map<String, Hold> holds) {
    Map<String, Hold> moved = new HashMap<>(holds);
    for (Tensor tensor : tensors) {
      if (holds.get(tensor.name()) instanceof Hold.Shared shared) {
        moved.put(tensor.name(), new Hold.Shared(shared.codebook().movedTo(tensor.values())));
      }
    }
    return moved;
  }

  /** The kernels that a stage touches, in network order: frozen ones stay as they are. */
  public List<Tensor> touched(KernelSelection kernels) {
    return kernels.of(tensors).stream().filter(tensor -> !isFrozen(tensor.name())).toList();
  }

  /** Whether a tensor stays as it is, whatever a stage does. */
  public boolean isFrozen(String tensor) {
    return holds.get(tensor) instanceof Hold.Frozen;
  }

  /**
   * The same state with what {@code before} held of the tensors that both have in one shape: for
   * what comes of a stage that knows nothing of holds.
   */
  public State keeping(State before) {
    Map<String, Tensor> held =
        before.tensors.stream()
            .filter(tensor -> before.holds.containsKey(tensor.name()))
            .collect(Collectors.toMap(Tensor::name, tensor -> tensor));
    List<Tensor> kept = new ArrayList<>();
    Map<String, Hold> keptHolds = new HashMap<>(holds);
    for (Tensor tensor : tensors) {
      Tensor was = held.get(tensor.name());
      Hold hold = before.holds.get(tensor.name());
      // Numbers of another precision are never those that were frozen.
      boolean other = precision != null && hold instanceof Hold.Frozen;
      if (was != null && hold != null && !other && was.shape().equals(tensor.shape())) {
        kept.add(tensor.with(hold.kept(was.values(), tensor.values())));
        keptHolds.put(tensor.name(), hold);
      } else {
        kept.add(tensor);
      }
    }
    return new State(table, kept, at(kept, keptHolds), prunable, updater, curve, precision);
  }

  /**
   * Makes sure that the network is one: what computes with NaN may still give finite numbers, such
   * as an accuracy.
   *
   * @throws DivergedException naming the first value that is NaN or infinite
   */
  public void requireFinite() throws DivergedException {
    for (Tensor tensor : tensors) {
      int index = tensor.firstNonFinite();
      if (index >= 0) {
        throw new DivergedException(
            "value %d of %s is %s".formatted(index, tensor.name(), tensor.values()[index]));
      }
    }
  }
}
