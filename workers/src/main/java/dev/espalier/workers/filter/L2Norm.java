package dev.espalier.workers.filter;

import java.util.Arrays;

/** The square root of the sum of the squared weights of a filter. */
public record L2Norm() implements FilterCriterion {
  @Override
  public String word() {
    return "l2";
  }

  @Override
  public String meaning() {
    return "the filters with the smallest Euclidean norm";
  }

  @Override
  public double[] scores(ChannelGroup group, FilterEvidence evidence) {
    double[] squares = Filters.sums(group, evidence, weight -> weight * weight);
    return Arrays.stream(squares).map(Math::sqrt).toArray();
  }
}
