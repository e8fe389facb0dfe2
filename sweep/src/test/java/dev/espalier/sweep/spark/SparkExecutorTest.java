package dev.espalier.sweep.spark;

import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.sweep.run.StageExecutorContract;
import dev.espalier.workers.stage.StageRunner;

class SparkExecutorTest implements StageExecutorContract {
  @Override
  public StageExecutor open(int slots, StageRunner runner) {
    return SparkExecutor.local(slots, runner);
  }
}
