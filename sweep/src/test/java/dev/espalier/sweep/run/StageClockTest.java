package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageClockTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  /**
   * Has a stage wait, and then run as often as machines are lost under it.
   *
   * @param waitMillis before each
   * @param runMillis of each
   */
  private record Slow(int waitMillis, int times, int runMillis) implements StageExecutor {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public StageResult run(PlannedStage stage, Runnable started) throws InterruptedException {
      for (int i = 0; i < times; i++) {
        Thread.sleep(waitMillis);
        started.run();
        Thread.sleep(runMillis);
      }
      return new StageResult.Failed(stage.id(), StageResult.Cause.DIVERGED, "it ran", 0);
    }

    @Override
    public void close() {}
  }

  @Test
  void aStageThatRunsTooLongHasFailed() {
    StageResult.Failed failed = run(new Slow(0, 1, 60_000));
    assertEquals(StageResult.Cause.TIMEOUT, failed.cause());
    assertEquals("over its time limit of 1s", failed.reason());
  }

  @Test
  void waitingForAnExecutorDoesNotCount() {
    assertEquals("it ran", run(new Slow(2_000, 1, 1)).reason());
  }

  @Test
  void aStageThatBeginsAnewHasTheWholeTimeAgain() {
    assertEquals("it ran", run(new Slow(0, 3, 500)).reason());
  }

  private static StageResult.Failed run(StageExecutor executor) {
    PlannedStage stage = SmallPlan.usual().stages().get(0);
    try (StageClock clock = new StageClock(LIMIT)) {
      return assertInstanceOf(StageResult.Failed.class, clock.run(stage, executor).orElseThrow());
    }
  }
}
