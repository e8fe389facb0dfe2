package dev.espalier.workers.filter;

import dev.espalier.workers.random.Draw;
import java.util.Arrays;

/**
 * A number that is uniform in [0, 1), drawn by the seed of the trial, the group and the channel:
 * the baseline that every other criterion must beat.
 */
public record RandomFilter() implements FilterCriterion {
  @Override
  public String word() {
    return "random";
  }

  @Override
  public String meaning() {
    return "filters drawn by the trial's seed";
  }

  @Override
  public double[] scores(ChannelGroup group, FilterEvidence evidence) {
    double[] scores = new double[group.channels()];
    Arrays.setAll(
        scores,
        channel ->
            Draw.of(evidence.seed(), Draw.FILTER_PRUNING, group.index(), channel)
                .between(0.0, 1.0));
    return scores;
  }
}
