package dev.espalier.sweep.spec;

import dev.espalier.workers.facts.Model;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One combination of values, one of each axis.
 *
 * @param model null where the baseline is the user's own network
 * @param sparsity 0: not pruned, whatever the scope
 * @param fineTuneEpochs 0: not fine-tuned
 * @param centroids 0: not clustered
 */
public record Cell(
    @Nullable Model model,
    BigDecimal sparsity,
    Scope scope,
    int fineTuneEpochs,
    int centroids,
    long seed) {}
