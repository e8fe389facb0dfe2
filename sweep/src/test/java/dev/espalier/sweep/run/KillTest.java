package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.JournalContract;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes are killed, and the same command is given again. */
@Tag("slow")
class KillTest {
  private static final int KILLED = 137;
  private static final int MOMENTS_EACH = 2;

  @TempDir private Path folder;

  @Test
  void killedAtAnyMomentItRepeatsNoFinishedStageAndEndsInTheSameResults() throws Exception {
    Map<String, Object> expected = undisturbed();
    for (Moment moment : moments()) {
      Path out = folder.resolve("killed-" + moment);
      assertEquals(KILLED, start(out, "HALTS_AT", moment.toString()).waitFor(), moment + "");
      Set<String> finished = committed(out);
      assertEquals(moment.committed(), finished.size(), moment + "");
      Files.deleteIfExists(out.resolve("notes"));
      assertEquals(0, start(out, "NONE", "").waitFor(), moment + "");
      assertRestRan(out, finished);
      assertEquals(expected, results(out), "killed at " + moment + " with " + finished);
    }
  }

  /** Some of each number of finished stages, by chance. */
  private static List<Moment> moments() {
    SplittableRandom random = new SplittableRandom(20);
    int stages = plan().stages().size();
    List<Moment> moments = new ArrayList<>();
    for (int committed = 0; committed <= stages; committed++) {
      List<Moment> possible = new ArrayList<>(Moment.with(committed, stages));
      for (int i = 0; i < MOMENTS_EACH && !possible.isEmpty(); i++) {
        moments.add(possible.remove(random.nextInt(possible.size())));
      }
    }
    return moments;
  }

  @Test
  void killedBetweenDataAndResult() throws Exception {
    killOnceIn("tune 0.5 epoch 1", "HALTS_BEFORE_COMMIT", false);
  }

  @Test
  void killedBetweenResultAndJournal() throws Exception {
    killOnceIn("tune 0.5 epoch 1", "HALTS_AFTER_COMMIT", true);
  }

  @Test
  void aStageThatAlwaysKillsTheProcessIsGivenUpAndItsNeighboursAreNot() throws Exception {
    Path out = folder.resolve("poison");
    List<Integer> exits = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      exits.add(start(out, "HALTS", "prune 0.5").waitFor());
    }
    assertEquals(List.of(KILLED, KILLED, 0), exits);
    Journal.Entries entries = Journal.read(new RunDirectory(out), JournalContract.PLAN);
    StageId poison = id("prune 0.5");
    assertEquals(
        new StageResult.Failed(
            poison,
            StageResult.Cause.CRASHED,
            "crashed the JVM twice; --retry-failed tries it again",
            0),
        entries.stages().get(poison));
    assertTrue(entries.stages().get(id("prune 0.9")) instanceof StageResult.Done);
    List<String> completed =
        entries.trials().values().stream()
            .filter(TrialResult::completed)
            .map(TrialResult::name)
            .toList();
    assertEquals(4, completed.size());
    assertTrue(completed.stream().allMatch(name -> name.contains("0.9")), "" + completed);
    assertEquals(8, entries.trials().size());
    assertEquals(2, notes(out).stream().filter("prune 0.5"::equals).count());

    assertEquals(0, start(out, "NONE", "retry").waitFor(), "--retry-failed");
    assertEquals(undisturbed(), results(out));
  }

  private void killOnceIn(String label, String how, boolean committed) throws Exception {
    Path out = folder.resolve("once");
    assertEquals(KILLED, start(out, how, label).waitFor());
    Set<String> finished = committed(out);
    assertEquals(committed, finished.contains(label));
    assertFalse(
        Journal.read(new RunDirectory(out), JournalContract.PLAN).stages().containsKey(id(label)),
        "not journaled");
    Files.delete(out.resolve("notes"));
    assertEquals(0, start(out, "NONE", "").waitFor());
    assertRestRan(out, finished);
    assertEquals(undisturbed(), results(out));
  }

  private Map<String, Object> undisturbed() throws Exception {
    Path out = folder.resolve("undisturbed");
    assertEquals(0, start(out, "NONE", "").waitFor());
    Map<String, Object> results = results(out);
    assertEquals(8, results.size());
    assertNotEquals(Set.of(), Set.copyOf(notes(out)));
    return results;
  }

  private static void assertRestRan(Path out, Set<String> finished) throws IOException {
    List<String> ran = notes(out);
    Set<String> rest =
        plan().stages().stream().map(PlannedStage::label).collect(Collectors.toSet());
    rest.removeAll(finished);
    assertEquals(rest, Set.copyOf(ran));
    assertEquals(rest.size(), ran.size(), "each once: " + ran);
  }

  private static List<String> notes(Path out) throws IOException {
    Path notes = out.resolve("notes");
    return Files.exists(notes) ? Files.readAllLines(notes) : List.of();
  }

  private static Map<String, Object> results(Path out) throws IOException {
    Map<String, Object> results = new TreeMap<>();
    Journal.read(new RunDirectory(out), JournalContract.PLAN)
        .trials()
        .forEach((id, trial) -> results.put(id, List.of(trial.metrics(), trial.parameters())));
    return results;
  }

  private static Set<String> committed(Path out) {
    return plan().stages().stream()
        .filter(
            stage ->
                Files.exists(
                    out.resolve("stages").resolve(stage.id().hex()).resolve("result.json")))
        .map(PlannedStage::label)
        .collect(Collectors.toSet());
  }

  private static StageId id(String label) {
    return plan().stages().stream()
        .filter(stage -> stage.label().equals(label))
        .findFirst()
        .orElseThrow()
        .id();
  }

  private static Plan plan() {
    return SmallPlan.usual();
  }

  private static Process start(Path out, String fault, String label) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SweepProcess.class.getName(),
            out.toString(),
            fault,
            label)
        .redirectErrorStream(true)
        .redirectOutput(new File(out + ".log"))
        .start();
  }
}
