package dev.espalier.workers.engine;

import dev.espalier.workers.stage.BatchStatistics;

/** A batch norm of a graph that can be frozen and, where it is not, tells what it normalizes by. */
interface ObservedNorm {

  /**
   * Whether training, too, normalizes by the running statistics, which then follow no batch, and
   * teaches this layer nothing.
   */
  void freeze(boolean freezes);

  /** Whether it is frozen. */
  boolean isFrozen();

  /** The statistics of the last batch in training; copies. */
  BatchStatistics ofBatch();
}
