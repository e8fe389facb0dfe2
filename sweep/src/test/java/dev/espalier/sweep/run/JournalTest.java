package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final StageId ONE = new StageId("01".repeat(32));
  private static final StageId TWO = new StageId("02".repeat(32));

  @TempDir private Path folder;

  @Test
  void aTrialIsTheLineOfTheDesign() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("model", "resnet18");
    parameters.put("width", new BigDecimal("0.25"));
    parameters.put("fine_tune_epochs", 3);
    parameters.put("centroids", null);
    TrialResult trial =
        new TrialResult(
            TWO.hex(),
            "resnet18-w0.25",
            List.of("flat", "layerwise"),
            parameters,
            new Metrics(Map.of("val/accuracy", 0.5, "params/total", 701466.0, "x", Double.NaN)),
            List.of(ONE, TWO),
            null,
            2.5,
            1);
    assertEquals(
        "{\"trial\":\""
            + TWO
            + "\",\"name\":\"resnet18-w0.25\",\"status\":\"completed\","
            + "\"stands_for\":[\"flat\",\"layerwise\"],\"parameters\":{\"model\":\"resnet18\","
            + "\"width\":0.25,\"fine_tune_epochs\":3,\"centroids\":null},\"metrics\":"
            + "{\"params/total\":701466,\"val/accuracy\":0.5,\"x\":null},\"path\":[\""
            + ONE
            + "\",\""
            + TWO
            + "\"],\"seconds\":2.5,\"seconds_own\":1}",
        trial.write());
    assertEquals(parameters, TrialResult.read(trial.write()).parameters());
  }

  @Test
  void theLastLineOfAStageAndOfATrialWins() throws IOException {
    try (RunLock lock = RunLock.take(new RunDirectory(folder));
        Journal journal = Journal.open(lock)) {
      journal.add(failed(ONE, "first"));
      journal.add(failed(TWO, "only"));
      journal.add(failed(ONE, "second"));
      journal.add(trial("a", "bad luck", 1));
      journal.add(trial("a", null, 2));
    }
    Journal.Entries entries = Journal.read(new RunDirectory(folder));
    assertEquals(failed(ONE, "second"), entries.stages().get(ONE));
    assertEquals(List.of(ONE, TWO), List.copyOf(entries.stages().keySet()));
    assertEquals(Map.of("a", trial("a", null, 2)), entries.trials());
  }

  @Test
  void aTrialThatDiffersInSecondsOnlyIsNotWrittenAgain() throws IOException {
    try (RunLock lock = RunLock.take(new RunDirectory(folder));
        Journal journal = Journal.open(lock)) {
      journal.add(trial("a", null, 1));
      journal.add(trial("a", null, 7));
      journal.add(trial("a", "other", 7));
    }
    assertEquals(2, Files.readAllLines(folder.resolve("results.jsonl")).size());
  }

  @Test
  void aTornLastLineIsDroppedWhereverItIsTorn() throws IOException {
    Path file = folder.resolve("stages.jsonl");
    append(failed(ONE, "kept"));
    int whole = (int) Files.size(file);
    append(failed(TWO, "torn"));
    byte[] both = Files.readAllBytes(file);
    for (int length = whole; length < both.length; length += 7) {
      Files.write(file, Arrays.copyOf(both, length));
      assertEquals(1, Journal.read(new RunDirectory(folder)).stages().size());
      append(failed(TWO, "again"));
      assertEquals(
          List.of(failed(ONE, "kept"), failed(TWO, "again")),
          List.copyOf(Journal.read(new RunDirectory(folder)).stages().values()));
      assertEquals(2, Files.readAllLines(file).size());
    }
  }

  @Test
  void aSpoiltLineInTheMiddleIsNamed() throws IOException {
    append(failed(ONE, "one"));
    Path file = folder.resolve("stages.jsonl");
    Files.writeString(file, "zeros\n" + Files.readString(file));
    String message =
        ""
            + assertThrows(RefusedException.class, () -> Journal.read(new RunDirectory(folder)))
                .getMessage();
    assertTrue(message.startsWith(file + ":1: must be a line of the journal"), message);
  }

  @Test
  void twoRunsInOneFolderAreRefused() throws IOException {
    RunDirectory directory = RunDirectory.create(folder.resolve("x"));
    try (RunLock lock = RunLock.take(directory)) {
      assertEquals(directory, lock.directory());
      assertEquals(
          "another run (pid "
              + ProcessHandle.current().pid()
              + ") is at work in "
              + directory.root(),
          assertThrows(RefusedException.class, () -> RunLock.take(directory)).getMessage());
    }
    RunLock.take(directory).close();
  }

  @Test
  void aFolderThatCannotBeWrittenIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    String message =
        "" + assertThrows(RefusedException.class, () -> RunDirectory.create(file)).getMessage();
    assertTrue(message.startsWith(file + ": must be a folder that can be written to"), message);
    assertThrows(RefusedException.class, () -> RunDirectory.existing(folder.resolve("none")));
    assertFalse(Files.exists(folder.resolve("none")));
  }

  private void append(StageResult result) throws IOException {
    try (RunLock lock = RunLock.take(new RunDirectory(folder));
        Journal journal = Journal.open(lock)) {
      assertNull(journal.stages().get(TWO));
      journal.add(result);
    }
  }

  private static StageResult failed(StageId id, String reason) {
    return new StageResult.Failed(id, StageResult.Cause.ERROR, reason, 0.5);
  }

  private static TrialResult trial(String id, @Nullable String reason, double seconds) {
    return new TrialResult(
        id, "n", List.of(), Map.of(), Metrics.NONE, List.of(ONE), reason, seconds, 0);
  }
}
