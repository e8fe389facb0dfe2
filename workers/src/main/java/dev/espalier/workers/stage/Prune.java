package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.WeightPruning;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets the weights with the lowest scores to zero, once. If the score is a magnitude, existing
 * zeros are pruned first. Frozen tensors are neither changed nor counted.
 *
 * @param sparsity fraction of prunable weights that become zero, in (0, 1)
 * @param varied the options that distinguish it from other prune stages of the sweep
 */
public record Prune(
    BigDecimal sparsity, WeightPruning pruning, KernelSelection kernels, List<NamedOption> varied)
    implements Transform {
  public Prune {
    sparsity = checked(sparsity);
    varied = List.copyOf(varied);
  }

  /** A sparsity, without trailing zeros; refused outside (0, 1). */
  static BigDecimal checked(BigDecimal sparsity) {
    if (sparsity.signum() <= 0 || sparsity.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException(
          "the sparsity of a prune stage must be in (0, 1), found " + sparsity);
    }
    return new BigDecimal(Schedule.plain(sparsity));
  }

  @Override
  public String canonical() {
    return "prune "
        + Schedule.plain(sparsity)
        + " "
        + pruning.canonical()
        + "\n"
        + kernels.canonical();
  }

  @Override
  public String word() {
    return "prune";
  }

  @Override
  public String slug() {
    return "s" + Schedule.plain(sparsity) + "-" + pruning.scope().word();
  }

  @Override
  public String brief() {
    return "s=" + Schedule.plain(sparsity) + " " + pruning.scope().word();
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("sparsity", sparsity);
    parameters.put("scope", pruning.scope().word());
    return parameters;
  }

  @Override
  public State apply(State state, long seed) {
    List<Tensor> prunable = state.touched(kernels);
    return pruned(state, prunable, pruning.masks(prunable, sparsity, seed));
  }

  /**
   * The state after masks are applied: the masked weights are zero and stay zero.
   *
   * @param prunable the tensors of the masks
   * @param masks by the names of the tensors
   */
  static State pruned(State state, List<Tensor> prunable, Map<String, Mask> masks) {
    Map<String, Hold> holds = new HashMap<>(state.holds());
    masks.forEach((name, mask) -> holds.merge(name, new Hold.Zeros(mask), Prune::joined));
    List<Tensor> tensors =
        state.tensors().stream()
            .map(
                tensor -> {
                  Mask mask = masks.get(tensor.name());
                  return mask == null ? tensor : tensor.with(mask.applied(tensor.values()));
                })
            .toList();
    return state.with(tensors, holds, Tensor.names(prunable));
  }

  /** Pruned weights stay zero, and weights that share values continue to share them. */
  private static Hold joined(Hold before, Hold pruned) {
    Mask mask = ((Hold.Zeros) pruned).mask();
    if (before instanceof Hold.Zeros zeros) {
      return new Hold.Zeros(zeros.mask().and(mask));
    }
    return before instanceof Hold.Shared shared
        ? new Hold.Shared(shared.codebook().without(mask.pruned()))
        : before;
  }
}
