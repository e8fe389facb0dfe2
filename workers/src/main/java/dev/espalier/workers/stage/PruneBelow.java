package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.WeightPruning;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets the weights below a threshold to zero, however many there are. Frozen tensors are not
 * changed.
 *
 * @param threshold absolute value below which weights are pruned, above 0; compared as the nearest
 *     float
 * @param varied the options that distinguish it from other prune stages of the sweep
 */
public record PruneBelow(BigDecimal threshold, KernelSelection kernels, List<NamedOption> varied)
    implements Transform {
  public PruneBelow {
    if (threshold.signum() <= 0) {
      throw new IllegalArgumentException(
          "the threshold of a prune stage must be above 0, found " + threshold);
    }
    threshold = new BigDecimal(Schedule.plain(threshold));
    varied = List.copyOf(varied);
  }

  @Override
  public String canonical() {
    return "prune below " + Schedule.plain(threshold) + "\n" + kernels.canonical();
  }

  @Override
  public String word() {
    return "prune";
  }

  @Override
  public String slug() {
    return "below" + Schedule.plain(threshold);
  }

  @Override
  public String brief() {
    return "below " + Schedule.plain(threshold);
  }

  /** The sparsity is a result, not a parameter. */
  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("sparsity", null);
    parameters.put("threshold", threshold);
    return parameters;
  }

  @Override
  public State apply(State state, long seed) {
    List<Tensor> prunable = state.touched(kernels);
    return Prune.pruned(state, prunable, WeightPruning.below(prunable, threshold.floatValue()));
  }
}
