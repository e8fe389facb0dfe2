package dev.espalier.workers.stage;

import dev.espalier.workers.filter.FilterCriterion;
import dev.espalier.workers.filter.FilterEvidence;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes the filters of convolutions and the neurons of dense layers with the lowest scores, once,
 * which makes the network narrower.
 *
 * @param criterion one that sees no images
 */
public record PruneFilters(FilterShare share, FilterCriterion criterion) implements Transform {
  public PruneFilters {
    if (criterion.seesImages()) {
      throw new IllegalArgumentException(
          "criterion: must be one that sees no images, found " + criterion.word());
    }
  }

  @Override
  public String canonical() {
    return share.canonical(criterion.word());
  }

  @Override
  public String word() {
    return "prune";
  }

  @Override
  public String slug() {
    return share.slug();
  }

  @Override
  public String brief() {
    return share.brief();
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return share.parameters();
  }

  @Override
  public List<NamedOption> varied() {
    return share.varied();
  }

  @Override
  public boolean needsTable() {
    return true;
  }

  @Override
  public State apply(State state, long seed) {
    return share.removed(
        state, criterion, (prunable, tensors) -> new FilterEvidence(tensors, seed, Map.of()));
  }
}
