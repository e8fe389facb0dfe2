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
 * @param table what the network computes; null if no table can express it, which happens only for
 *     the user's own network: then its graph does
 * @param tensors every parameter, in the order of the network
 * @param holds by tensor, what later training must keep
 * @param prunable names of the tensors that prune stages may change
 * @param updater velocity of the optimizer after fine-tuning; null otherwise
 * @param curve of the epochs between the stage's initial state and this one
 * @param precision of numbers that are not 32-bit floats; null if all are
 */
// States are passed on and never compared, so a record may contain an array.
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
   * The state after a transform: the same network with other parameters, without a training
   * history.
   */
  public State with(List<Tensor> parameters, Map<String, Hold> newHolds, Set<String> nowPrunable) {
    return new State(table, parameters, newHolds, nowPrunable, null, List.of());
  }

  /**
   * The same network with parameters in {@code newPrecision}. It has no holds, because no stage
   * follows.
   */
  public State quantized(List<Tensor> parameters, Precision newPrecision) {
    return new State(table, parameters, Map.of(), prunable, null, List.of(), newPrecision);
  }

  /**
   * The network of another table, with the holds of the parameters that it shares with this one.
   *
   * @param other a table of which some rows differ from this one's
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
   * The state after training. Shared values follow the weights.
   *
   * @param reached points of all epochs since the state that the stage starts from
   */
  public State trained(List<Tensor> parameters, float[] velocity, List<EpochMetrics> reached) {
    return new State(table, parameters, at(parameters, holds), prunable, velocity, reached);
  }

  /** The same holds, with shared values that follow the weights. */
  private static Map<String, Hold> at(List<Tensor> tensors, Map<String, Hold> holds) {
    Map<String, Hold> moved = new HashMap<>(holds);
    for (Tensor tensor : tensors) {
      if (holds.get(tensor.name()) instanceof Hold.Shared shared) {
        moved.put(tensor.name(), new Hold.Shared(shared.codebook().movedTo(tensor.values())));
      }
    }
    return moved;
  }

  /** The kernels that a stage changes, in network order, without frozen ones. */
  public List<Tensor> touched(KernelSelection kernels) {
    return kernels.of(tensors).stream().filter(tensor -> !isFrozen(tensor.name())).toList();
  }

  /** Whether a tensor stays unchanged, whatever a stage does. */
  public boolean isFrozen(String tensor) {
    return holds.get(tensor) instanceof Hold.Frozen;
  }

  /**
   * The same state with the holds of {@code before} for the tensors that both have in the same
   * shape. It is used for the results of stages that ignore holds.
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
      // Numbers in another precision always differ from the frozen ones.
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
   * Checks that all parameters are finite: a network with NaN may still give finite numbers, such
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
