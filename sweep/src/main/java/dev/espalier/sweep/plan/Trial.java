package dev.espalier.sweep.plan;

import dev.espalier.sweep.pareto.Control;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.prune.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One combination of hyperparameters that leads to weights of its own.
 *
 * @param id of its last stage
 * @param name unique in the sweep: {@code resnet18-w0.25-s0.9-flat-ft3-k16-seed1}
 * @param parameters {@code model, width, sparsity, scope, fine_tune_epochs, centroids, seed}, in
 *     this order: words, numbers as written, or null where there is none (the width of a user's own
 *     network, the centroids of a trial without clustering)
 * @param standsFor the scopes of the cells that are one trial where nothing is pruned; else empty
 * @param pipelines the names of those that reach it; empty for a grid
 * @param control the kind of control that it is; null for a trial that the config asks for
 * @param path the states it goes through by meaning, from the first to the last. A fine-tuning of 3
 *     epochs is one of them, whichever earlier epoch its work continues from
 */
public record Trial(
    StageId id,
    String name,
    Map<String, @Nullable Object> parameters,
    List<Scope> standsFor,
    List<String> pipelines,
    @Nullable Control control,
    List<StageId> path) {

  public Trial {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    standsFor = List.copyOf(standsFor);
    pipelines = List.copyOf(pipelines);
    path = List.copyOf(path);
  }

  /**
   * The same, reached by one more cell.
   *
   * @param pipeline of the cell; null for a grid
   * @param scope of a grid's cell that prunes nothing; null for others
   */
  Trial with(@Nullable String pipeline, @Nullable Scope scope) {
    List<Scope> scopes = added(standsFor, scope);
    List<String> names = added(pipelines, pipeline);
    boolean same = scopes.size() == standsFor.size() && names.size() == pipelines.size();
    return same ? this : new Trial(id, name, parameters, scopes, names, control, path);
  }

  private static <T> List<T> added(List<T> list, @Nullable T item) {
    if (item == null || list.contains(item)) {
      return list;
    }
    List<T> more = new ArrayList<>(list);
    more.add(item);
    return more;
  }
}
