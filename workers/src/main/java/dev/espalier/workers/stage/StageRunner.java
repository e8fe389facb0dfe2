package dev.espalier.workers.stage;

import dev.espalier.workers.facts.StageResult;
import java.io.Serializable;

/**
 * Runs one stage: parent checkpoint in; checkpoint and metrics out. It is sent to executors, so it
 * holds addresses, not open resources.
 */
public interface StageRunner extends Serializable {

  /**
   * Runs {@code planned}, or returns its result if it is already committed. A result of another
   * {@link StageResult#MEASURE_VERSION} is measured again first, and missing metrics are added. An
   * error in the stage is never thrown but returned as a {@link StageResult.Failed}.
   *
   * @throws InterruptedException if the thread was interrupted; then nothing was committed
   */
  StageResult run(PlannedStage planned) throws InterruptedException;
}
