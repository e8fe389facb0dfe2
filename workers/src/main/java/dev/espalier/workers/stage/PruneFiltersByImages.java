package dev.espalier.workers.stage;

import dev.espalier.workers.filter.FilterCriterion;
import dev.espalier.workers.filter.FilterEvidence;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The same as {@link PruneFilters}, scored by the network's values on training images.
 *
 * @param criterion one that sees images
 * @param images at least 1
 */
public record PruneFiltersByImages(FilterShare share, FilterCriterion criterion, int images)
    implements Calibration {
  public PruneFiltersByImages {
    if (!criterion.seesImages()) {
      throw new IllegalArgumentException(
          "criterion: must be one that sees images, found " + criterion.word());
    }
    if (images < 1) {
      throw new IllegalArgumentException("images: must be at least 1, found " + images);
    }
  }

  @Override
  public String canonical() {
    return share.canonical(criterion.word() + " of " + images + " images");
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
  public State apply(State state, float[] pixels, ForwardPass network) {
    return share.removed(
        state,
        criterion,
        (prunable, tensors) -> {
          Set<String> read =
              prunable.stream().flatMap(group -> group.read().stream()).collect(Collectors.toSet());
          return new FilterEvidence(tensors, 0, network.meanAbsolute(read, pixels));
        });
  }
}
