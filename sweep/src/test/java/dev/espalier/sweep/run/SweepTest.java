package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.JournalContract;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.StageRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SweepTest {
  @TempDir private Path folder;
  private final Recording recording = new Recording();

  @Test
  void everyStageRunsOnceAndEveryTrialIsJoined() throws IOException {
    Outcome outcome = run(SmallPlan.usual(), runner());
    assertEquals(Outcome.Ending.COMPLETE, outcome.ending());
    assertEquals(8, outcome.completed().size());
    assertEquals(0, outcome.unfinished());
    List<String> notes = Files.readAllLines(notes());
    assertEquals(11, notes.size());
    assertEquals(11, new HashSet<>(notes).size());
    assertEquals(
        SmallPlan.usual().trials().stream().map(trial -> trial.name()).toList(),
        outcome.trials().stream().map(TrialResult::name).toList());
  }

  @Test
  void secondsOfATrialAreThoseOfItsSharedWorkToo() throws IOException {
    Outcome outcome = run(SmallPlan.usual(), runner());
    TrialResult last = outcome.trials().get(3);
    assertEquals("clustered 0.5 epoch 3", last.name());
    assertEquals(0.5, last.secondsOwn());
    assertEquals(2.5, last.seconds(), "train, prune, tune to 1, tune on to 3, cluster");
    assertEquals(4, last.path().size(), "the path by meaning leaves the way point out");
  }

  @Test
  void aListenerIsGivenWhatTheFolderHolds() throws IOException {
    run(SmallPlan.usual(), runner());
    assertEquals(List.of(SweepSnapshot.read(new RunDirectory(folder))), recording.ended);
    recording.ended.clear();
    run(SmallPlan.usual(), runner());
    assertEquals(List.of(SweepSnapshot.read(new RunDirectory(folder))), recording.ended);
  }

  @Test
  void theSameAgainRunsNothing() throws IOException {
    run(SmallPlan.usual(), runner());
    String stages = Files.readString(folder.resolve("stages.jsonl"));
    String trials = Files.readString(folder.resolve("results.jsonl"));
    recording.events.clear();
    Outcome again =
        sweep(
                SmallPlan.usual(),
                () -> {
                  throw new AssertionError("no executor");
                })
            .run();
    assertEquals(8, again.completed().size());
    assertEquals(8, recording.of("trial").size(), "a listener hears of every trial");
    assertEquals(11, Files.readAllLines(notes()).size());
    assertEquals(stages, Files.readString(folder.resolve("stages.jsonl")));
    assertEquals(trials, Files.readString(folder.resolve("results.jsonl")));
  }

  @Test
  void anInsertedEpochRunsOnlyWhatIsNewAndEndsInTheSameBits() throws IOException {
    run(SmallPlan.of(List.of("0.5"), List.of(1, 3)), runner());
    Files.delete(notes());
    Plan longer = SmallPlan.of(List.of("0.5"), List.of(1, 2, 3));
    Outcome extended = run(longer, runner());
    assertEquals(
        Set.of("tune 0.5 epoch 2", "cluster 0.5 epoch 2"), Set.copyOf(Files.readAllLines(notes())));

    Outcome fresh = runIn(folder.resolve("fresh"), longer);
    assertEquals(metrics(fresh), metrics(extended));
    assertNotEquals(Set.of(), metrics(fresh).keySet());
  }

  @Test
  void aTrialThatLeftThePlanStaysInTheJournalOnly() throws IOException {
    run(SmallPlan.usual(), runner());
    Outcome fewer = run(SmallPlan.of(List.of("0.5"), List.of(1)), runner());
    assertEquals(2, fewer.trials().size());
    assertEquals(8, Journal.read(new RunDirectory(folder), JournalContract.PLAN).trials().size());
  }

  @Test
  void committedStagesThatTheJournalDoesNotKnowAreNotRunAgain() throws IOException {
    Outcome first = run(SmallPlan.usual(), runner());
    Files.delete(folder.resolve("stages.jsonl"));
    Files.delete(folder.resolve("results.jsonl"));
    Files.delete(notes());
    Outcome second = run(SmallPlan.usual(), runner());
    assertFalse(Files.exists(notes()), "nothing ran");
    assertEquals(metrics(first), metrics(second));
    assertEquals(11, Files.readAllLines(folder.resolve("stages.jsonl")).size());
  }

  @Test
  void aLostCheckpointIsMadeAgainOnlyWhereSomethingStartsFromIt() throws IOException {
    run(SmallPlan.of(List.of("0.5"), List.of(1)), runner());
    CheckpointStore store = new RunDirectory(folder).store();
    for (StageId id : store.stages()) {
      store.remove(id);
    }
    Files.delete(notes());
    assertEquals(2, run(SmallPlan.of(List.of("0.5"), List.of(1)), runner()).completed().size());
    assertFalse(Files.exists(notes()), "the results are known");

    Outcome more = run(SmallPlan.usual(), runner());
    assertEquals(8, more.completed().size());
    Set<String> ran = new TreeSet<>(Files.readAllLines(notes()));
    assertTrue(ran.contains("train") && ran.contains("prune 0.5"), "" + ran);
    assertFalse(ran.contains("tune 0.5 epoch 1"), "3 epochs start from the pruned network: " + ran);
    assertEquals(metrics(runIn(folder.resolve("fresh"), SmallPlan.usual())), metrics(more));
  }

  @Test
  void aFailedStageFailsWhatIsBelowItAndNothingElse() throws IOException {
    Outcome outcome = run(SmallPlan.usual(), runner().with(HashRunner.Fault.DIVERGES, "prune 0.9"));
    assertEquals(Outcome.Ending.COMPLETE, outcome.ending());
    assertEquals(4, outcome.completed().size());
    assertEquals(4, outcome.failed().size());
    outcome.failed().forEach(trial -> assertEquals("prune 0.9: NaN", reasonEnd(trial)));
    assertEquals(5, recording.of("failed").size(), "the stage and the four below it");
    assertEquals(7, Files.readAllLines(notes()).size());
  }

  @Test
  void whatDivergedIsNotTriedAgainUnlessAsked() throws IOException {
    run(SmallPlan.usual(), runner().with(HashRunner.Fault.DIVERGES, "prune 0.9"));
    assertEquals(4, run(SmallPlan.usual(), runner()).failed().size());
    Outcome retried = sweep(SmallPlan.usual(), inProcess(runner()), options(true, false)).run();
    assertEquals(8, retried.completed().size());
  }

  @Test
  void whatTheMachineFailedIsTriedInTheNextRun() throws IOException {
    assertEquals(
        4,
        run(SmallPlan.usual(), runner().with(HashRunner.Fault.FAILS, "prune 0.9")).failed().size());
    assertEquals(8, run(SmallPlan.usual(), runner()).completed().size());
    assertEquals(8, Journal.read(new RunDirectory(folder), JournalContract.PLAN).trials().size());
  }

  @Test
  void anExceptionOfTheExecutorIsAFailureOfTheStage() throws IOException {
    Outcome outcome = run(SmallPlan.usual(), runner().with(HashRunner.Fault.THROWS, "prune 0.5"));
    assertEquals(4, outcome.failed().size());
    assertTrue(reasonEnd(outcome.failed().get(0)).contains("a bug"));
  }

  @Test
  void anInterruptStopsAndTheNextRunGoesOn() throws Exception {
    Thread self = Thread.currentThread();
    recording.onEvent =
        event -> {
          if (event.startsWith("started tune")) {
            self.interrupt();
          }
        };
    Outcome stopped = run(SmallPlan.usual(), runner());
    assertFalse(Thread.interrupted(), "the interrupt is used up");
    assertEquals(Outcome.Ending.INTERRUPTED, stopped.ending());
    assertTrue(stopped.unfinished() > 0);
    recording.onEvent = event -> {};
    assertEquals(8, run(SmallPlan.usual(), runner()).completed().size());
    assertEquals(
        metrics(runIn(folder.resolve("fresh"), SmallPlan.usual())),
        metrics(run(SmallPlan.usual(), runner())));
  }

  @Test
  void aSweepWithoutTimeStartsNothing() throws IOException {
    var options = new Sweep.Options(false, false, stage -> 1, Duration.ZERO, null);
    Outcome outcome = sweep(SmallPlan.usual(), inProcess(runner()), options).run();
    assertEquals(Outcome.Ending.OUT_OF_TIME, outcome.ending());
    assertEquals(List.of(), recording.of("started"));
    assertEquals(8, outcome.unfinished());
  }

  /** The limit is many times what a stage takes here, on a busy machine too. */
  @Test
  void aStageOverItsTimeLimitFailsItsTrialAlone() throws IOException {
    var options = new Sweep.Options(false, false, stage -> 1, null, Duration.ofSeconds(5));
    StageRunner runner =
        stage -> {
          if (stage.label().equals("cluster 0.5 epoch 1")) {
            Thread.sleep(60_000);
          }
          return runner().run(stage);
        };
    Outcome outcome =
        sweep(SmallPlan.usual(), () -> new InProcessExecutor(2, runner), options).run();
    assertEquals(7, outcome.completed().size());
    assertTrue(reasonEnd(outcome.failed().get(0)).contains("over its time limit of 5s"));
  }

  @Test
  void enginesAreNotMixedUnlessAllowed() throws IOException {
    run(SmallPlan.of(List.of("0.5"), List.of(1)), runner());
    Environment other = new Environment("other", "none", "none", "17");
    Sweep mixed =
        new Sweep(
            SmallPlan.spec(),
            SmallPlan.usual(),
            new RunDirectory(folder),
            inProcess(runner()),
            other,
            options(false, false),
            recording);
    String message = "" + assertThrows(RefusedException.class, mixed::run).getMessage();
    assertTrue(message.contains("hash on none so far), found other on none"), message);
    Outcome allowed =
        new Sweep(
                SmallPlan.spec(),
                SmallPlan.usual(),
                new RunDirectory(folder),
                inProcess(runner()),
                other,
                options(false, true),
                recording)
            .run();
    assertEquals(8, allowed.completed().size());
  }

  @Test
  void aSpecMayBeExtendedButNotChanged() throws IOException {
    Plan plan = SmallPlan.of(List.of("0.5"), List.of(1));
    RunDirectory directory = new RunDirectory(folder);
    run(plan, runner());
    new Sweep(
            SmallPlan.spec(2, "0.5", "0.9", "0.95"),
            plan,
            directory,
            inProcess(runner()),
            null,
            options(false, false),
            recording)
        .run();
    assertEquals(SmallPlan.spec(2, "0.5", "0.9", "0.95"), directory.readSpec());
    String kept = Files.readString(directory.root().resolve("spec.yaml"));
    Sweep other =
        new Sweep(
            SmallPlan.spec(3, "0.5"),
            plan,
            directory,
            inProcess(runner()),
            null,
            options(false, false),
            recording);
    String message = "" + assertThrows(RefusedException.class, other::run).getMessage();
    assertTrue(message.startsWith(folder + ": must be the folder of this sweep"), message);
    assertTrue(message.contains("\n  baseline.epochs: 2 before, 3 now"), message);
    assertEquals(kept, Files.readString(directory.root().resolve("spec.yaml")));
  }

  private static String reasonEnd(TrialResult trial) {
    return String.valueOf(trial.reason());
  }

  private Outcome run(Plan plan, HashRunner runner) throws IOException {
    return sweep(plan, inProcess(runner)).run();
  }

  private Outcome runIn(Path other, Plan plan) throws IOException {
    RunDirectory directory = RunDirectory.create(other);
    HashRunner runner = HashRunner.faultless(directory.store(), other.resolve("notes"), 0);
    return new Sweep(
            SmallPlan.spec(),
            plan,
            directory,
            inProcess(runner),
            null,
            options(false, false),
            new Recording())
        .run();
  }

  private Sweep sweep(Plan plan, Supplier<StageExecutor> executors) {
    return sweep(plan, executors, options(false, false));
  }

  private Sweep sweep(Plan plan, Supplier<StageExecutor> executors, Sweep.Options options) {
    return new Sweep(
        SmallPlan.spec(),
        plan,
        RunDirectory.create(folder),
        executors,
        HashRunner.HERE,
        options,
        recording);
  }

  private static Supplier<StageExecutor> inProcess(HashRunner runner) {
    return () -> new InProcessExecutor(2, runner);
  }

  private static Sweep.Options options(boolean retryFailed, boolean allowMixed) {
    return new Sweep.Options(retryFailed, allowMixed, stage -> 1, null, null);
  }

  private HashRunner runner() {
    return HashRunner.faultless(new RunDirectory(folder).store(), notes(), 0);
  }

  private Path notes() {
    return folder.resolve("notes");
  }

  private static Map<String, Metrics> metrics(Outcome outcome) {
    Map<String, Metrics> metrics = new TreeMap<>();
    outcome.trials().forEach(trial -> metrics.put(trial.trial(), trial.metrics()));
    return metrics;
  }
}
