package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every executor. */
@Timeout(60)
public interface StageExecutorContract {

  StageExecutor open(int slots, StageRunner runner);

  @Test
  default void aResultComesBackAndItsCheckpointIsThere(@TempDir Path folder) throws Exception {
    CheckpointStore store = new CheckpointStore(folder.resolve("stages"));
    PlannedStage train = SmallPlan.usual().stages().get(0);
    HashRunner runner = HashRunner.faultless(store, folder.resolve("notes"), 0);
    try (StageExecutor executor = open(1, runner)) {
      StageResult result = executor.run(train);
      assertEquals(store.find(train.id()).orElseThrow().files(), done(result).files());
    }
  }

  @Test
  default void whateverAStageThrowsIsItsOwnFailure(@TempDir Path folder) throws Exception {
    CheckpointStore store = new CheckpointStore(folder.resolve("stages"));
    PlannedStage train = SmallPlan.usual().stages().get(0);
    HashRunner runner = HashRunner.faultless(store, folder.resolve("notes"), 0);
    try (StageExecutor executor = open(1, runner.with(HashRunner.Fault.THROWS, "train"))) {
      StageResult.Failed failed = assertInstanceOf(StageResult.Failed.class, executor.run(train));
      assertEquals(StageResult.Cause.ERROR, failed.cause());
      assertTrue(failed.reason().contains("a bug"), failed.reason());
      assertInstanceOf(StageResult.Failed.class, executor.run(train), "it still works");
    }
  }

  @Test
  default void anInterruptStopsTheStage(@TempDir Path folder) throws Exception {
    CheckpointStore store = new CheckpointStore(folder.resolve("stages"));
    Path notes = folder.resolve("notes");
    PlannedStage train = SmallPlan.usual().stages().get(0);
    AtomicInteger interrupted = new AtomicInteger();
    try (StageExecutor executor = open(1, HashRunner.faultless(store, notes, 60_000))) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  executor.run(train);
                } catch (InterruptedException e) {
                  interrupted.incrementAndGet();
                }
              });
      thread.start();
      while (!Files.exists(notes)) {
        Thread.sleep(10);
      }
      thread.interrupt();
      thread.join(30_000); // The stage would take a minute.
      assertFalse(thread.isAlive(), "the caller returns promptly");
      assertEquals(1, interrupted.get());
      // The task itself ends too: it leaves no marker, or was stopped before it made one.
      while (store.isRunning(train.id(), 0)) {
        Thread.sleep(10);
      }
    }
  }

  @Test
  default void asManyStagesRunAtATimeAsThereAreSlots() throws Exception {
    Counting.MOST.set(0);
    List<PlannedStage> stages = SmallPlan.usual().stages().subList(0, 6);
    var threads = Executors.newFixedThreadPool(stages.size());
    try (StageExecutor executor = open(2, new Counting())) {
      assertEquals(2, executor.slots());
      List<Future<StageResult>> results =
          stages.stream().map(stage -> threads.submit(() -> executor.run(stage))).toList();
      for (int i = 0; i < stages.size(); i++) {
        StageResult.Failed result =
            assertInstanceOf(StageResult.Failed.class, results.get(i).get());
        assertEquals(stages.get(i).id(), result.id());
        assertEquals("only counted", result.reason());
      }
      assertEquals(2, Counting.MOST.get());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Counts how many run at a time in this process; they go two by two. */
  record Counting() implements StageRunner {
    private static final CyclicBarrier TWO = new CyclicBarrier(2);
    private static final AtomicInteger NOW = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    @Override
    public StageResult run(PlannedStage planned) throws InterruptedException {
      MOST.accumulateAndGet(NOW.incrementAndGet(), Math::max);
      try {
        TWO.await(30, TimeUnit.SECONDS);
      } catch (BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("alone in two slots", e);
      }
      Thread.sleep(20); // A third has time to begin.
      NOW.decrementAndGet();
      return new StageResult.Failed(planned.id(), StageResult.Cause.ERROR, "only counted", 0);
    }
  }

  private static StageResult.Done done(StageResult result) {
    return assertInstanceOf(StageResult.Done.class, result);
  }
}
