package dev.espalier.workers.filter;

import java.util.List;

/** The criteria of structured pruning that a config may name, the default first. */
public final class FilterCriteria {
  public static final List<FilterCriterion> ALL =
      List.of(
          new L1Norm(),
          new L2Norm(),
          new RandomFilter(),
          new BatchNormScale(),
          new MeanActivation());

  private FilterCriteria() {}
}
