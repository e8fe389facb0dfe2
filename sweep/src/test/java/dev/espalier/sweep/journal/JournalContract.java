package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.run.ProcessorTime;
import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for a journal and its lock in every form, on every file system. */
@Timeout(120)
public interface JournalContract {
  StageId ONE = new StageId("01".repeat(32));
  StageId TWO = new StageId("02".repeat(32));
  StageId THREE = new StageId("03".repeat(32));

  /** A plan of none of them. */
  PlanFile PLAN =
      new PlanFile(
          new DataFacts("shapes", "d1", 32, 32, 3, 4, 100, 10, 10), null, List.of(), List.of());

  /** A place that nobody else uses. */
  RunDirectory directory() throws IOException;

  /** Takes the lock with as little patience as a test has. */
  RunLock take(RunDirectory directory) throws IOException;

  /** Leaves only the first bytes of the last line of the stages, as a crash may. */
  void tear(RunDirectory directory, int bytes) throws IOException;

  /** Puts lines of stages there as a run leaves them, but all at once. */
  void fill(RunDirectory directory, List<String> lines) throws Exception;

  /** How many lines of trials there are, those that are outdated included. */
  int lines(RunDirectory directory) throws IOException;

  @Test
  default void nothingIsWrittenYet() throws IOException {
    Journal.Entries entries = Journal.read(directory(), PLAN);
    assertEquals(Map.of(), entries.stages());
    assertEquals(Map.of(), entries.trials());
  }

  @Test
  default void theLastLineOfAStageAndOfATrialWins() throws IOException {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      journal.add(failed(ONE, "first"));
      journal.add(failed(TWO, "only"));
      journal.add(failed(ONE, "second"));
      journal.add(trial(ONE, "bad luck", 1));
      journal.add(trial(ONE, null, 2));
    }
    Journal.Entries entries = Journal.read(directory, PLAN);
    assertEquals(failed(ONE, "second"), entries.stages().get(ONE));
    assertEquals(List.of(ONE, TWO), List.copyOf(entries.stages().keySet()));
    assertEquals(Map.of(ONE.hex(), trial(ONE, null, 2)), entries.trials());
  }

  @Test
  default void aTrialThatDiffersInSecondsOnlyIsNotWrittenAgain() throws IOException {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      journal.add(trial(ONE, null, 1));
      journal.add(trial(ONE, null, 7));
      journal.add(trial(ONE, "other", 7));
    }
    assertEquals(2, lines(directory));
  }

  @Test
  default void whatARunWroteStandsWhenTheNextGoesOn() throws IOException {
    RunDirectory directory = directory();
    for (int run = 0; run < 3; run++) {
      try (RunLock lock = take(directory);
          Journal journal = Journal.open(lock, PLAN)) {
        if (run > 0) {
          assertEquals(run + 1, journal.stages().size());
          assertEquals(failed(ONE, "in run " + (run - 1)), journal.stages().get(ONE));
        }
        journal.add(failed(ONE, "in run " + run));
        journal.add(failed(new StageId(("1" + run).repeat(32)), "new"));
        journal.flush();
        assertEquals(
            journal.stages(), Journal.read(directory, PLAN).stages(), "read while it is written");
      }
    }
    assertEquals(failed(ONE, "in run 2"), Journal.read(directory, PLAN).stages().get(ONE));
    assertEquals(4, Journal.read(directory, PLAN).stages().size());
  }

  @Test
  default void aTornLastLineIsDroppedWhereverItIsTorn() throws IOException {
    RunDirectory directory = directory();
    append(directory, failed(ONE, "kept"));
    for (int bytes : new int[] {0, 1, 7, 40, 100}) {
      append(directory, failed(TWO, "torn"));
      tear(directory, bytes);
      assertEquals(
          Map.of(ONE, failed(ONE, "kept")),
          Journal.read(directory, PLAN).stages(),
          bytes + " bytes");
    }
    append(directory, failed(TWO, "again"));
    assertEquals(
        List.of(failed(ONE, "kept"), failed(TWO, "again")),
        List.copyOf(Journal.read(directory, PLAN).stages().values()));
  }

  @Test
  default void aTornLineUncoversTheOneBeforeOfItsStage() throws IOException {
    RunDirectory directory = directory();
    append(directory, failed(ONE, "before"));
    append(directory, failed(ONE, "torn"));
    tear(directory, 20);
    assertEquals(Map.of(ONE, failed(ONE, "before")), Journal.read(directory, PLAN).stages());
  }

  @Test
  default void aSecondRunIsRefusedAndNamesTheFirst() throws IOException {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory)) {
      assertEquals(directory, lock.directory());
      String refusal =
          "" + assertThrows(RefusedException.class, () -> take(directory)).getMessage();
      String pid = "another run (pid " + ProcessHandle.current().pid();
      assertTrue(
          refusal.startsWith(pid) && refusal.endsWith("is at work in " + directory.address()));
      lock.requireHeld();
    }
    take(directory).close();
  }

  @Test
  default void ofManyThatBeginAtOnceOneGetsTheLock() throws Exception {
    ofManyThatBeginAtOnceOneGetsTheLock(directory());
  }

  default void ofManyThatBeginAtOnceOneGetsTheLock(RunDirectory directory) throws Exception {
    for (int round = 0; round < 3; round++) {
      List<RunLock> held = new ArrayList<>();
      for (Future<@Nullable RunLock> taken : atOnce(8, () -> takeOrNull(directory))) {
        RunLock lock = taken.get();
        if (lock != null) {
          held.add(lock);
        }
      }
      assertEquals(1, held.size(), "round " + round);
      held.get(0).requireHeld();
      held.get(0).close();
    }
  }

  @Test
  default void aRunThatIsKilledBetweenTwoLinesLosesNoneAndHoldsUpNobody() throws Exception {
    RunDirectory directory = directory();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                JournalProcess.class.getName(),
                directory.address(),
                "" + directory.shared())
            .redirectError(ProcessBuilder.Redirect.to(File.createTempFile("journal", ".log")))
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertEquals("written", said.readLine());
      assertThrows(RefusedException.class, () -> Journal.lock(directory), "it is alive");
    } finally {
      process.destroyForcibly().waitFor();
    }
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      assertEquals(JournalProcess.LINES, journal.stages().size());
      journal.add(failed(THREE, "after"));
    }
    assertEquals(JournalProcess.LINES + 1, Journal.read(directory, PLAN).stages().size());
  }

  @Test
  default void anInterruptLosesNoLine() throws IOException {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      Thread.currentThread().interrupt();
      journal.add(failed(ONE, "interrupted"));
      journal.flush();
      assertTrue(Thread.currentThread().isInterrupted());
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(1, Journal.read(directory, PLAN).stages().size());
    take(directory).close();
  }

  @Test
  @Timeout(600)
  default void manyLinesAreReadInOrderWithinSeconds() throws Exception {
    RunDirectory directory = directory();
    int many = 10_000;
    fill(
        directory,
        IntStream.range(0, many)
            .mapToObj(i -> ResultJson.write(failed(id(i), "number " + i)) + "\n")
            .toList());
    double start = ProcessorTime.seconds();
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      double seconds = ProcessorTime.seconds() - start;
      assertEquals(
          IntStream.range(0, many).mapToObj(JournalContract::id).toList(),
          List.copyOf(journal.stages().keySet()));
      assertTrue(seconds < 60, "took " + seconds + " s of the processor");
    }
  }

  private static StageId id(int i) {
    return new StageId("%064x".formatted(i * 7919L));
  }

  private @Nullable RunLock takeOrNull(RunDirectory directory) throws IOException {
    try {
      return take(directory);
    } catch (RefusedException anotherIsFaster) {
      return null;
    }
  }

  private static <T extends @Nullable Object> List<Future<T>> atOnce(int count, Callable<T> work)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CyclicBarrier start = new CyclicBarrier(count);
    try {
      Callable<T> together =
          () -> {
            start.await();
            return work.call();
          };
      return threads.invokeAll(IntStream.range(0, count).mapToObj(i -> together).toList());
    } finally {
      threads.shutdown();
    }
  }

  /** Adds a line in a run of its own. */
  default void append(RunDirectory directory, StageResult result) throws IOException {
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      journal.add(result);
    }
  }

  /** A stage that failed. */
  static StageResult failed(StageId id, String reason) {
    return new StageResult.Failed(id, StageResult.Cause.ERROR, reason, 0.5);
  }

  /** A trial. */
  static TrialResult trial(StageId id, @Nullable String reason, double seconds) {
    return new TrialResult(
        id.hex(),
        "n",
        List.of(),
        List.of(),
        Map.of(),
        Metrics.NONE,
        List.of(id),
        reason,
        seconds,
        0);
  }
}
