package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.JournalContract;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.run.TinySweep.Bits;
import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sweep whose results another version of the program measured, with real networks. */
@Tag("slow")
@Timeout(120)
class OlderMeasureTest {
  private static final String GRID =
      "sparsity: [0.8], scope: [flat], fine-tune-epochs: [0, 1], centroids: [none, 4]";
  private static final int STAGES = 5;
  private static final int TRIALS = 4;

  @TempDir private static Path shared;
  private static TinySweep first = TinySweep.in(Path.of(""));
  private static Map<String, Bits> expected = Map.of();
  private static Map<StageId, StageResult> results = Map.of();

  /** What an older version measured of every network. */
  private static final Metrics OLDER = new Metrics(Map.of("val/loss", -1.0));

  @TempDir private Path folder;

  @BeforeAll
  static void runOnce() throws IOException {
    first = TinySweep.in(shared.resolve("first"));
    first.run(GRID);
    expected = first.bits();
    results = Journal.read(new RunDirectory(first.out()), JournalContract.PLAN).stages();
    assertEquals(STAGES, results.size());
  }

  @Test
  void isMeasuredAgainWithoutTrainingAndEndsInTheSameResults() throws IOException {
    TinySweep older = older("all");
    assertFalse(expected.equals(older.bits()), "the metrics of the older version");

    Outcome outcome = older.run(GRID);
    assertEquals(TRIALS, outcome.completed().size());
    assertEquals(STAGES, older.started().size());
    assertEquals(expected, older.bits());
    assertEquals(
        results,
        Journal.read(new RunDirectory(older.out()), JournalContract.PLAN).stages(),
        "seconds of training and names of files included");

    older.run(GRID);
    assertEquals(List.of(), older.started());
  }

  @Test
  void checkpointsThatTheJournalDoesNotKnowAreMeasuredAgainToo() throws IOException {
    TinySweep older = older("unknown");
    Files.delete(older.out().resolve("stages.jsonl"));
    Files.delete(older.out().resolve("results.jsonl"));
    older.run(GRID);
    assertEquals(STAGES, older.started().size());
    assertEquals(expected, older.bits());
  }

  @Test
  void stoppedInBetweenItGoesOnFromThere() throws IOException {
    TinySweep older = older("stopped");
    Thread self = Thread.currentThread();
    older.recording().onEvent =
        event -> {
          if (event.startsWith("done prune")) {
            self.interrupt();
          }
        };
    Outcome stopped = older.run(GRID, "[1]", runner -> new InProcessExecutor(1, runner));
    assertFalse(Thread.interrupted(), "the interrupt is used up");
    assertEquals(Outcome.Ending.INTERRUPTED, stopped.ending());
    int before = older.recording().of("done").size();
    assertTrue(before >= 2 && before < STAGES, "" + older.recording().events);

    older.recording().onEvent = event -> {};
    older.run(GRID);
    assertEquals(STAGES - before, older.started().size());
    assertEquals(expected, older.bits());
  }

  @Test
  void killedBetweenResultAndJournalNothingRunsAgain() throws IOException {
    // Every checkpoint was measured again, and no line of the journal tells of it.
    TinySweep older = first.copy(folder.resolve("killed"));
    makeJournalOlder(older);
    Outcome outcome = older.run(GRID);
    assertEquals(List.of(), older.started());
    assertEquals(TRIALS, outcome.completed().size());
    assertEquals(
        results, Journal.read(new RunDirectory(older.out()), JournalContract.PLAN).stages());
    assertEquals(expected, older.bits());
  }

  @Test
  void aCheckpointThatIsGoneIsMadeAgainToBeMeasured() throws IOException {
    TinySweep older = older("gone");
    StageId prune = prune();
    new RunDirectory(older.out()).store().remove(prune);
    assertEquals(TRIALS, older.run(GRID).completed().size());
    assertEquals(STAGES, older.started().size());
    assertEquals(expected, older.bits());
  }

  @Test
  void whatIsMeasuredAgainNeedsNoCheckpointBeforeIt() throws IOException {
    TinySweep older = older("parent");
    StageResult measured = Objects.requireNonNull(results.get(prune()));
    Files.writeString(
        older.out().resolve("stages.jsonl"),
        ResultJson.write(measured) + "\n",
        StandardOpenOption.APPEND);
    new RunDirectory(older.out()).store().remove(prune());
    older.run(GRID);
    assertEquals(STAGES - 1, older.started().size(), "all but the pruning: " + older.started());
  }

  @Test
  void anotherEngineDoesNotMeasureAgainUnlessAllowed() throws IOException {
    TinySweep older = first.copy(folder.resolve("engine"));
    makeOlder(older, new Environment("other", "none", "none", "17"));
    Files.delete(older.out().resolve("stages.jsonl"));
    String message = "" + assertThrows(RefusedException.class, () -> older.run(GRID)).getMessage();
    assertTrue(message.contains("other on none so far"), message);
  }

  private static StageId prune() {
    return expected.values().iterator().next().path().get(1).id();
  }

  private TinySweep older(String name) throws IOException {
    TinySweep sweep = first.copy(folder.resolve(name));
    makeOlder(sweep, null);
    return sweep;
  }

  private static void makeOlder(TinySweep sweep, @Nullable Environment elsewhere)
      throws IOException {
    makeJournalOlder(sweep);
    for (StageId id : results.keySet()) {
      Path result = sweep.out().resolve("stages").resolve(id.hex()).resolve("result.json");
      Files.writeString(result, older(Files.readString(result), elsewhere));
    }
  }

  private static void makeJournalOlder(TinySweep sweep) throws IOException {
    Path stages = sweep.out().resolve("stages.jsonl");
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(stages)) {
      lines.add(older(line, null));
    }
    Files.write(stages, lines);
    Path trials = sweep.out().resolve("results.jsonl");
    List<String> results = new ArrayList<>();
    for (String line : Files.readAllLines(trials)) {
      TrialResult now = TrialResult.read(line);
      results.add(
          new TrialResult(
                  now.trial(),
                  now.name(),
                  now.standsFor(),
                  List.of(),
                  now.parameters(),
                  OLDER,
                  now.path(),
                  now.reason(),
                  now.seconds(),
                  now.secondsOwn())
              .write());
    }
    Files.write(trials, results);
  }

  /** A line of an older version: without the field, and with metrics of its own. */
  private static String older(String line, @Nullable Environment elsewhere) {
    StageResult.Done done = (StageResult.Done) ResultJson.read(line);
    return ResultJson.write(
            new StageResult.Done(
                done.id(),
                0,
                OLDER,
                done.curve(),
                done.layers(),
                Map.of(),
                done.files(),
                elsewhere == null ? done.environment() : elsewhere,
                done.seconds()))
        .replace("\"measure\":0,", "");
  }
}
