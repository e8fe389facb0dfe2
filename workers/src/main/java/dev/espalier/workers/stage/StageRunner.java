package dev.espalier.workers.stage;

import dev.espalier.workers.facts.StageResult;
import java.io.Serializable;

/**
 * Runs one stage: parent checkpoint in; checkpoint and metrics out. Travels to executors, so it
 * holds addresses, not open things.
 */
public interface StageRunner extends Serializable {

  /**
   * Runs {@code planned}, or returns its result if it is committed already; one of another {@link
   * StageResult#MEASURE_VERSION} is measured again first, and one that misses a metric is given it.
   * Never throws for anything that goes wrong in the stage: that is a {@link StageResult.Failed}.
   *
   * @throws InterruptedException if the thread was interrupted; then nothing was committed
   */
  StageResult run(PlannedStage planned) throws InterruptedException;
}
