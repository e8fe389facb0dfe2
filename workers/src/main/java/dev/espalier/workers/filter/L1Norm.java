package dev.espalier.workers.filter;

/** The sum of the absolute weights of a filter (Li et al., arXiv 1608.08710). */
public record L1Norm() implements FilterCriterion {
  @Override
  public String word() {
    return "l1";
  }

  @Override
  public String meaning() {
    return "the filters with the smallest sum of absolute weights";
  }

  @Override
  public double[] scores(ChannelGroup group, FilterEvidence evidence) {
    return Filters.sums(group, evidence, Math::abs);
  }
}
