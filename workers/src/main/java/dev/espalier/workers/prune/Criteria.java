package dev.espalier.workers.prune;

import java.util.List;

/** The criteria that a config may name, the default first. */
public final class Criteria {
  public static final List<Criterion> ALL = List.of(new Magnitude());

  private Criteria() {}
}
