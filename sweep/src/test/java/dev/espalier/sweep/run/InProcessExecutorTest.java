package dev.espalier.sweep.run;

import dev.espalier.workers.stage.StageRunner;

class InProcessExecutorTest implements StageExecutorContract {
  @Override
  public StageExecutor open(int slots, StageRunner runner) {
    return new InProcessExecutor(slots, runner);
  }
}
