package dev.espalier.sweep.plan;

import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.stage.GradualPrune;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.PruneBelow;
import dev.espalier.workers.stage.PruneFilters;
import dev.espalier.workers.stage.PruneFiltersByImages;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The multiply-accumulates with non-zero weights that remain after pruning, if every pruned layer
 * loses the same share. With a flat scope the number differs, and only the trials show it.
 */
final class RemainingMacs {
  private RemainingMacs() {}

  /**
   * The MACs after some stages, half up; null where one of them prunes below a threshold.
   *
   * @throws IllegalArgumentException if a stage can remove no filter
   */
  static @Nullable Long of(Network network, List<Stage> stages) {
    Network table = network;
    Map<String, BigDecimal> kept = new HashMap<>();
    for (Stage stage : stages) {
      if (stage instanceof PruneBelow) {
        return null;
      } else if (stage instanceof Prune prune) {
        keep(prune.kernels(), prune.sparsity(), table, kept);
      } else if (stage instanceof GradualPrune prune) {
        keep(prune.kernels(), prune.sparsity().to(), table, kept);
      } else if (stage instanceof PruneFilters prune) {
        table = prune.share().narrowed(table);
      } else if (stage instanceof PruneFiltersByImages prune) {
        table = prune.share().narrowed(table);
      }
    }
    return total(table, kept);
  }

  /** Notes the share of weights that layers keep: a sparsity counts the zeros of earlier stages. */
  private static void keep(
      KernelSelection kernels, BigDecimal sparsity, Network table, Map<String, BigDecimal> kept) {
    BigDecimal share = BigDecimal.ONE.subtract(sparsity);
    for (Parameter parameter : table.layout()) {
      if (kernels.takes(parameter.kind(), parameter.layer())) {
        kept.merge(parameter.layer(), share, BigDecimal::min);
      }
    }
  }

  private static long total(Network table, Map<String, BigDecimal> kept) {
    BigDecimal total = BigDecimal.ZERO;
    for (Parameter parameter : table.layout()) {
      BigDecimal dense = BigDecimal.valueOf(parameter.size() * parameter.positions());
      total = total.add(dense.multiply(kept.getOrDefault(parameter.layer(), BigDecimal.ONE)));
    }
    return total.setScale(0, RoundingMode.HALF_UP).longValueExact();
  }
}
