package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Criterion;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.Prunable;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets the weights of lowest score to zero, once. Weights that are zero already are pruned first
 * where a score is a magnitude; frozen tensors are neither touched nor counted.
 *
 * @param sparsity fraction of prunable weights that become zero, in (0, 1)
 * @param layers globs of the names of the layers that it prunes; empty for all
 * @param exclude globs of layer names that are left alone
 * @param depthwise whether depthwise kernels are prunable too
 * @param varied the options that tell it apart from other prune stages of the sweep
 */
public record Prune(
    BigDecimal sparsity,
    Scope scope,
    Criterion criterion,
    List<String> layers,
    List<String> exclude,
    boolean depthwise,
    List<NamedOption> varied)
    implements Transform {
  public Prune {
    if (sparsity.signum() <= 0 || sparsity.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException(
          "the sparsity of a prune stage must be in (0, 1), found " + sparsity);
    }
    sparsity = new BigDecimal(Schedule.plain(sparsity));
    layers = List.copyOf(layers);
    exclude = List.copyOf(exclude);
    varied = List.copyOf(varied);
  }

  /** A stage that prunes all layers but the excluded ones. */
  public Prune(
      BigDecimal sparsity,
      Scope scope,
      Criterion criterion,
      List<String> exclude,
      boolean depthwise,
      List<NamedOption> varied) {
    this(sparsity, scope, criterion, List.of(), exclude, depthwise, varied);
  }

  @Override
  public String canonical() {
    return "prune "
        + Schedule.plain(sparsity)
        + " "
        + scope.word()
        + " by "
        + criterion.word()
        + ", half up, ties by index\nexclude "
        + String.join(",", exclude)
        + "\ndepthwise "
        + depthwise
        + (layers.isEmpty() ? "" : "\nlayers " + String.join(",", layers));
  }

  @Override
  public String word() {
    return "prune";
  }

  @Override
  public String slug() {
    return "s" + Schedule.plain(sparsity) + "-" + scope.word();
  }

  @Override
  public String brief() {
    return "s=" + Schedule.plain(sparsity) + " " + scope.word();
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("sparsity", sparsity);
    parameters.put("scope", scope.word());
    return parameters;
  }

  @Override
  public State apply(State state, long seed) {
    List<Tensor> prunable =
        Prunable.of(state.tensors(), new KernelSelection(layers, exclude, depthwise)).stream()
            .filter(tensor -> !state.isFrozen(tensor.name()))
            .toList();
    Map<String, Mask> masks = WeightPruning.masks(prunable, criterion, sparsity, scope, seed);
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

  /** What is pruned stays so, and weights that share values go on to share them. */
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
