package dev.espalier.sweep.spec;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sweep as its config asks for it, all defaults filled in. Decimal numbers have no trailing
 * zeros, so that equal numbers are equal objects.
 *
 * @param name lower-case letters, digits and hyphens
 * @param models the networks to train, distinct; empty where the baseline is the user's own
 * @param fineTune how networks are trained on, all of it resolved
 * @param prune which layers pruning touches
 * @param cluster which layers clustering touches
 * @param include cells added after {@code exclude} has cut
 * @param exclude cells cut from the product of the axes
 * @param seeds at least one, distinct
 * @param checkpoints which of them are kept
 */
public record SweepSpec(
    String name,
    DataSource dataset,
    List<Model> models,
    Baseline baseline,
    Recipe fineTune,
    Layers prune,
    Layers cluster,
    Grid grid,
    List<CellChoice> include,
    List<CellChoice> exclude,
    List<Long> seeds,
    Objectives objectives,
    Retention checkpoints) {

  /** More cells than this are taken for a mistake. */
  public static final int MAX_CELLS = 100_000;

  public SweepSpec {
    models = List.copyOf(models);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("a sweep must have at least one seed, found none");
    }
  }

  /**
   * All combinations of the axes without those excluded, then those included, each once, in the
   * order of the config; the last axis runs fastest, seeds slowest.
   */
  public List<Cell> cells() {
    Set<Cell> cells = new LinkedHashSet<>();
    for (long seed : seeds) {
      Set<Cell> product = product(CellChoice.ANY, seed);
      product.removeIf(cell -> exclude.stream().anyMatch(choice -> choice.matches(cell)));
      cells.addAll(product);
      include.forEach(choice -> cells.addAll(product(choice, seed)));
    }
    return List.copyOf(cells);
  }

  /** How many cells {@link #cells} makes before it cuts and joins any, without making them. */
  double cellsAtMost() {
    double cells = size(CellChoice.ANY);
    for (CellChoice choice : include) {
      cells += size(choice);
    }
    return cells * seeds.size();
  }

  /** The cells of the product of the axes that {@code choice} allows. */
  Set<Cell> product(CellChoice choice, long seed) {
    Set<Cell> cells = new LinkedHashSet<>();
    for (@Nullable Model model : models(choice)) {
      for (var sparsity : or(choice.sparsity(), grid.sparsity())) {
        for (var scope : or(choice.scope(), grid.scope())) {
          for (var epochs : or(choice.fineTuneEpochs(), grid.fineTuneEpochs())) {
            for (var centroids : or(choice.centroids(), grid.centroids())) {
              cells.add(new Cell(model, sparsity, scope, epochs, centroids, seed));
            }
          }
        }
      }
    }
    return cells;
  }

  private double size(CellChoice choice) {
    return (double) models(choice).size()
        * or(choice.sparsity(), grid.sparsity()).size()
        * or(choice.scope(), grid.scope()).size()
        * or(choice.fineTuneEpochs(), grid.fineTuneEpochs()).size()
        * or(choice.centroids(), grid.centroids()).size();
  }

  private List<@Nullable Model> models(CellChoice choice) {
    List<@Nullable Model> chosen = new ArrayList<>();
    models.stream().filter(choice::allows).forEach(chosen::add);
    if (models.isEmpty()) {
      chosen.add(null);
    }
    return chosen;
  }

  private static <T> List<T> or(List<T> chosen, List<T> axis) {
    return chosen.isEmpty() ? axis : chosen;
  }
}
