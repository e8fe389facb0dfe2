package dev.espalier.sweep.spec;

import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.List;

/**
 * The axes that multiply. Each has at least one value, and no value twice.
 *
 * @param sparsity fractions of prunable weights, in [0, 1); 0: not pruned
 * @param fineTuneEpochs at least 0; 0: not fine-tuned
 * @param centroids at least 0; 0: not clustered, {@code none} in YAML
 */
public record Grid(
    List<BigDecimal> sparsity,
    List<Scope> scope,
    List<Integer> fineTuneEpochs,
    List<Integer> centroids) {
  public Grid {
    sparsity = List.copyOf(sparsity);
    scope = List.copyOf(scope);
    fineTuneEpochs = List.copyOf(fineTuneEpochs);
    centroids = List.copyOf(centroids);
    if (sparsity.isEmpty() || scope.isEmpty() || fineTuneEpochs.isEmpty() || centroids.isEmpty()) {
      throw new IllegalArgumentException("each axis of a grid must have at least one value");
    }
  }
}
