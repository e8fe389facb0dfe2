package dev.espalier.workers.prune;

import java.util.List;

/** The criteria for single weights that a config may name, the default first. */
public final class Criteria {
  public static final List<Criterion> ALL = List.of(new Magnitude(), new RandomOrder());

  private Criteria() {}
}
