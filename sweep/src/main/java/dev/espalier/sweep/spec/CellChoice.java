package dev.espalier.sweep.spec;

import dev.espalier.workers.facts.Model;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.List;

/**
 * Some cells, by the values they may have on each axis; an empty list leaves an axis free. An
 * included choice takes all values of the grid there.
 */
public record CellChoice(
    List<String> architecture,
    List<BigDecimal> width,
    List<BigDecimal> sparsity,
    List<Scope> scope,
    List<Integer> fineTuneEpochs,
    List<Integer> centroids) {

  /** Every axis free. */
  public static final CellChoice ANY =
      new CellChoice(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public CellChoice {
    architecture = List.copyOf(architecture);
    width = List.copyOf(width);
    sparsity = List.copyOf(sparsity);
    scope = List.copyOf(scope);
    fineTuneEpochs = List.copyOf(fineTuneEpochs);
    centroids = List.copyOf(centroids);
  }

  /** Whether {@code cell} is one of these. */
  public boolean matches(Cell cell) {
    return (cell.model() == null || allows(cell.model()))
        && allows(sparsity, cell.sparsity())
        && allows(scope, cell.scope())
        && allows(fineTuneEpochs, cell.fineTuneEpochs())
        && allows(centroids, cell.centroids());
  }

  boolean allows(Model model) {
    return allows(architecture, model.architecture()) && allows(width, model.width());
  }

  private static <T> boolean allows(List<T> chosen, T value) {
    return chosen.isEmpty() || chosen.contains(value);
  }
}
