package dev.espalier.workers.filter;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sum of a channel's absolute scales over the batch norms of its group (network slimming, arXiv
 * 1708.06519).
 */
public record BatchNormScale() implements FilterCriterion {
  @Override
  public String word() {
    return "batch-norm";
  }

  @Override
  public String meaning() {
    return "the filters with the smallest absolute scale in the batch norms after them";
  }

  @Override
  public @Nullable String objectionTo(List<Parameter> network) {
    return network.stream().anyMatch(parameter -> parameter.key().equals("gamma"))
        ? null
        : "must be used with a network with batch norm for " + word() + ", found none";
  }

  @Override
  public double[] scores(ChannelGroup group, FilterEvidence evidence) {
    double[] scores = new double[group.channels()];
    boolean none = true;
    for (Layer row : group.followers()) {
      if (row instanceof Layer.BatchNorm) {
        none = false;
        float[] scales = evidence.tensor(row, "gamma").values();
        for (int channel = 0; channel < scores.length; channel++) {
          scores[channel] += Math.abs(scales[channel]);
        }
      }
    }
    if (none) {
      throw new IllegalArgumentException(
          group.name() + ": must have a batch norm to be pruned by " + word() + ", found none");
    }
    return scores;
  }
}
