package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageClockTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private final HandClock time = new HandClock();

  /** What an executor does with a stage: it waits, and says when it begins to run it. */
  private interface Work {
    void run(Runnable started) throws InterruptedException;
  }

  @Test
  void aStageThatRunsTooLongHasFailed() {
    StageResult.Failed failed =
        run(
            started -> {
              started.run();
              time.pass(LIMIT);
              Thread.sleep(60_000);
            });
    assertEquals(StageResult.Cause.TIMEOUT, failed.cause());
    assertEquals("over its time limit of 1s", failed.reason());
    assertEquals(1, failed.seconds());
  }

  @Test
  void aStageHasAllOfItsTime() {
    StageResult.Failed failed =
        run(
            started -> {
              started.run();
              time.pass(LIMIT.minusNanos(1));
            });
    assertEquals("it ran", failed.reason());
    time.pass(LIMIT);
    assertFalse(Thread.interrupted(), "its alarm was taken back");
  }

  @Test
  void waitingForAnExecutorDoesNotCount() {
    StageResult.Failed failed =
        run(
            started -> {
              time.pass(LIMIT.multipliedBy(10));
              started.run();
              time.pass(LIMIT.dividedBy(2));
            });
    assertEquals("it ran", failed.reason());
  }

  /** As when machines are lost under it. */
  @Test
  void aStageThatBeginsAnewHasTheWholeTimeAgain() {
    StageResult.Failed failed =
        run(
            started -> {
              for (int i = 0; i < 3; i++) {
                started.run();
                time.pass(LIMIT.multipliedBy(2).dividedBy(3));
              }
            });
    assertEquals("it ran", failed.reason());
  }

  @Test
  void theClockOfTheMachineRingsToo() {
    StageResult.Failed failed =
        run(
            Duration.ofMillis(1),
            Time.ofMachine(),
            started -> {
              started.run();
              Thread.sleep(60_000);
            });
    assertEquals(StageResult.Cause.TIMEOUT, failed.cause());
  }

  private StageResult.Failed run(Work work) {
    return run(LIMIT, time, work);
  }

  private static StageResult.Failed run(Duration limit, Time time, Work work) {
    PlannedStage stage = SmallPlan.usual().stages().get(0);
    try (StageClock clock = new StageClock(limit, time)) {
      return assertInstanceOf(
          StageResult.Failed.class, clock.run(stage, new Doing(work)).orElseThrow());
    }
  }

  private record Doing(Work work) implements StageExecutor {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public StageResult run(PlannedStage stage, Runnable started) throws InterruptedException {
      work.run(started);
      return new StageResult.Failed(stage.id(), StageResult.Cause.DIVERGED, "it ran", 0);
    }

    @Override
    public void close() {}
  }
}
