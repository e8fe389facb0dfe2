package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records in an object store, by Hadoop's client; how many requests they take; how they merge. */
@Tag("slow")
class SlowRecordsTest implements RecordsContract {
  private static final String STAGES = "journal/stages";

  @TempDir private Path folder = Path.of("");

  @Override
  public RunDirectory directory() throws IOException {
    return RunDirectory.at("slow://ms1" + Files.createTempDirectory(folder, "sweep"));
  }

  @Override
  public void put(RunDirectory directory, String name, String text) throws IOException {
    Path file =
        Path.of(Storages.at(directory.address()).address().substring("slow://ms1".length()));
    Files.createDirectories(file.resolve(name).getParent());
    Files.writeString(file.resolve(name), text);
  }

  @Test
  void linesThatWaitGoTogether() throws IOException {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      long before = SlowFileSystem.requests();
      add(journal, 0, 2_000);
      assertTrue(SlowFileSystem.requests() - before < 50, "a request for many lines");
    }
    assertEquals(all(0, 2_000), Journal.read(directory, PLAN).stages());
  }

  @Test
  void manySmallFilesBecomeFewWhileARunGoesOn() throws IOException {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      for (int i = 0; i < 200; i++) {
        add(journal, i, i + 1);
      }
      int files = directory.files().list(STAGES).size();
      assertTrue(files < 70, files + " files");
      assertEquals(all(0, 200), Journal.read(directory, PLAN).stages(), "while it is at work");
    }
    assertEquals(1, directory.files().list(STAGES).size(), "once it has ended");
    assertEquals(all(0, 200), Journal.read(directory, PLAN).stages());
  }

  @Test
  void recordsOfTheFirstEditionAreReadAndMerged() throws Exception {
    RunDirectory directory = directory();
    fill(directory, IntStream.range(0, 500).mapToObj(SlowRecordsTest::line).toList());
    assertEquals(all(0, 500), Journal.read(directory, PLAN).stages());
    append(directory, stage(3, "newer"));
    Map<StageId, StageResult> expected = all(0, 500);
    expected.put(id(3), stage(3, "newer"));
    assertEquals(expected, Journal.read(directory, PLAN).stages());
    assertEquals(1, directory.files().list(STAGES).size());
  }

  /**
   * Whatever a killed run has deleted of what it merged, the last line of each stage wins and none
   * is lost; a line of an older generation that comes late stands where there is no other.
   */
  @Test
  void aMergeThatIsCutOffAnywhereChangesNothing() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 20; round++) {
      RunDirectory directory = directory();
      TreeMap<RecordFile.Position, StageResult> lines = new TreeMap<>();
      int number = 0;
      for (int generation = 1; generation <= 3; generation++) {
        for (int i = random.nextInt(1, 6); i > 0; i--) {
          RecordFile.Position place = new RecordFile.Position(generation, ++number);
          lines.put(place, stage(random.nextInt(4), "line " + number));
          put(directory, record(place), text(lines.tailMap(place)));
        }
        RecordFile.Position last = lines.lastKey();
        List<RecordFile.Position> all = List.copyOf(lines.keySet());
        var merged = lines.tailMap(all.get(random.nextInt(all.size())));
        RecordFile.Position written = new RecordFile.Position(generation, ++number);
        put(directory, STAGES + "/" + RecordFile.name(last, written), text(merged));
        for (RecordFile.Position covered : merged.keySet()) {
          if (random.nextBoolean()) {
            directory.files().delete(record(covered));
          }
        }
      }
      RecordFile.Position late = new RecordFile.Position(random.nextInt(1, 3), 1_000);
      boolean isNew = random.nextBoolean();
      StageId last = lines.lastEntry().getValue().id();
      lines.put(late, JournalContract.failed(isNew ? id(4) : last, "late"));
      put(directory, record(late), ResultJson.write(lines.get(late)) + "\n");

      Map<StageId, StageResult> expected = new HashMap<>();
      lines.values().forEach(result -> expected.put(result.id(), result));
      assertEquals(expected, Journal.read(directory, PLAN).stages(), "round " + round);
      append(directory, stage(9, "next run"));
      expected.put(id(9), stage(9, "next run"));
      assertEquals(expected, Journal.read(directory, PLAN).stages(), "round " + round);
      assertEquals(1, directory.files().list(STAGES).size());
    }
  }

  @Test
  void whoReadsWhileFilesAreMergedMissesNothing() throws Exception {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory);
        Journal journal = Journal.open(lock, PLAN)) {
      Thread writer =
          new Thread(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  add(journal, i, i + 1);
                }
              });
      writer.start();
      int known = 0;
      while (writer.isAlive()) {
        Map<StageId, StageResult> stages = Journal.read(directory, PLAN).stages();
        assertEquals(all(0, stages.size()), stages);
        assertTrue(stages.size() >= known, "no fewer than before");
        known = stages.size();
      }
      writer.join();
    }
    assertEquals(all(0, 1_000), Journal.read(directory, PLAN).stages());
  }

  private static void add(Journal journal, int from, int to) {
    try {
      IntStream.range(from, to).forEach(i -> journal.add(stage(i, "line")));
      journal.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<StageId, StageResult> all(int from, int to) {
    Map<StageId, StageResult> all = new HashMap<>();
    IntStream.range(from, to).forEach(i -> all.put(id(i), stage(i, "line")));
    return all;
  }

  private static String record(RecordFile.Position place) {
    return "%s/%s.json".formatted(STAGES, place);
  }

  private static String text(Map<RecordFile.Position, StageResult> lines) {
    return lines.values().stream()
        .map(result -> ResultJson.write(result) + "\n")
        .collect(Collectors.joining());
  }

  private static String line(int i) {
    return ResultJson.write(stage(i, "line")) + "\n";
  }

  private static StageResult stage(int i, String reason) {
    return JournalContract.failed(id(i), reason);
  }

  private static StageId id(int i) {
    return new StageId("%064x".formatted(i));
  }
}
