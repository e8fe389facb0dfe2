package dev.espalier.workers.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.stage.Environment;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final StageId ID = new StageId("0f".repeat(32));
  private static final byte[] WEIGHTS = {1, 2, 3, 4, 5};

  @TempDir private Path temporary;
  private Path folder = Path.of("");
  private CheckpointStore store = new CheckpointStore(folder);

  @BeforeEach
  void openStore() {
    store = new CheckpointStore(temporary.resolve("stages"));
    folder = temporary.resolve("stages").resolve(ID.hex());
  }

  @Test
  void aStageExistsOnceItIsCommitted() throws IOException {
    assertEquals(Optional.empty(), store.find(ID));
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", WEIGHTS);
      assertEquals(Optional.empty(), store.find(ID), "data files alone are nothing");
      assertEquals(done(attempt, 1), attempt.commit(done(attempt, 1)));
    }
    assertEquals(1, store.find(ID).orElseThrow().metrics().get("x"));
    assertArrayEquals(WEIGHTS, store.read(ID, "weights"));
    assertThrows(NoSuchFileException.class, () -> store.read(ID, "updater"));
    assertEquals(List.of(ID), store.stages());
    assertEquals(2, names().size(), "weights and result.json: " + names());
  }

  @Test
  void anAttemptThatIsClosedLeavesNothing() throws IOException {
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", WEIGHTS);
      assertEquals(2, names().size(), "" + names());
    }
    assertEquals(List.of(), names());
    assertEquals(0, store.deaths(ID));
  }

  @Test
  void aTornResultIsNoCommit() throws IOException {
    commit(1);
    byte[] whole = Files.readAllBytes(folder.resolve("result.json"));
    for (int length = 0; length < whole.length; length += 13) {
      Files.delete(folder.resolve("result.json"));
      assertEquals(Optional.empty(), store.find(ID));
      Files.write(folder.resolve("result.json"), Arrays.copyOf(whole, length));
      assertEquals(Optional.empty(), store.find(ID), "after " + length + " bytes");
    }
    commit(2);
    assertEquals(2, store.find(ID).orElseThrow().metrics().get("x"));
  }

  @Test
  void aDamagedDataFileIsNoCommit() throws IOException {
    StageResult.Done done = commit(1);
    Path weights = folder.resolve(done.files().values().iterator().next().name());
    Files.write(weights, new byte[] {1, 2, 3, 4, 6});
    assertEquals(Optional.empty(), store.find(ID), "another byte");
    Files.write(weights, new byte[] {1, 2, 3, 4});
    assertEquals(Optional.empty(), store.find(ID), "a byte too few");
    Files.delete(weights);
    assertEquals(Optional.empty(), store.find(ID), "no file");
    Files.write(weights, WEIGHTS);
    assertTrue(store.find(ID).isPresent());
    Files.write(weights, new byte[] {1, 2, 3, 4, 6});
    assertThrows(
        IOException.class, () -> store.read(ID, "weights"), "damaged after the first look");
  }

  @Test
  void ofTwoAttemptsTheFirstCommitStands() throws IOException {
    try (Attempt slow = store.begin(ID);
        Attempt fast = store.begin(ID)) {
      slow.write("weights", "bin", WEIGHTS);
      fast.write("weights", "bin", WEIGHTS);
      StageResult.Done first = fast.commit(done(fast, 1));
      assertEquals(first, slow.commit(done(slow, 2)));
    }
    assertEquals(1, store.find(ID).orElseThrow().metrics().get("x"));
    assertEquals(2, names().size(), "" + names());
  }

  @Test
  void aCommitMustNameWhatWasWritten() throws IOException {
    try (Attempt attempt = store.begin(ID)) {
      StageResult.Done nothing = done(attempt, 1);
      attempt.write("weights", "bin", WEIGHTS);
      assertThrows(IllegalArgumentException.class, () -> attempt.commit(nothing));
      assertThrows(IllegalArgumentException.class, () -> attempt.write("weights", "bin", WEIGHTS));
      assertThrows(IllegalArgumentException.class, () -> attempt.write("../x", "bin", WEIGHTS));
    }
  }

  @Test
  void deathsAreProcessesThatLeftTheirMarker() throws Exception {
    AttemptName first = attemptOfTheDead(1);
    leaveBehind(first);
    assertEquals(1, store.deaths(ID));
    leaveBehind(attemptOfTheDead(2));
    assertEquals(2, store.deaths(ID));
    try (Attempt attempt = store.begin(ID)) {
      assertEquals(2, store.deaths(ID), "this process lives");
      assertFalse(names().contains("weights-" + first + ".bin"), "partial files are removed");
      attempt.write("weights", "bin", WEIGHTS);
      attempt.commit(done(attempt, 1));
    }
    assertEquals(0, store.deaths(ID));
    assertEquals(2, names().size(), "the commit removes the markers: " + names());
  }

  @Test
  void theDeadCanBeForgotten() throws Exception {
    leaveBehind(attemptOfTheDead(1));
    store.removeTheDead(ID);
    assertEquals(0, store.deaths(ID));
    assertEquals(List.of(), names());
  }

  @Test
  void aProcessIdThatIsUsedAgainIsAnotherProcess() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().orElseThrow().toEpochMilli();
    assertFalse(AttemptName.of(self.pid(), start + 1_000, 1).isDead(), "the clock moved a little");
    assertTrue(AttemptName.of(self.pid(), start - 60_000, 1).isDead());
  }

  @Test
  void nobodyIsDeclaredDeadOnAnotherHost() throws Exception {
    AttemptName here = attemptOfTheDead(1);
    leaveBehind(new AttemptName("00000000", here.pid(), here.startMillis(), 1));
    assertEquals(0, store.deaths(ID));
    store.begin(ID).close();
    assertEquals(2, names().size(), "its files stay: " + names());
  }

  @Test
  void attemptsHaveDifferentNamesThatCanBeRead() {
    AttemptName one = AttemptName.next();
    assertNotEquals(one, AttemptName.next());
    assertEquals(Optional.of(one), AttemptName.parse(one.toString()));
    assertEquals(Optional.empty(), AttemptName.parse("x-1-2-3"));
  }

  @Test
  void removingAStageTakesAllOfIt() throws IOException {
    commit(1);
    assertTrue(store.remove(ID) > WEIGHTS.length);
    assertEquals(Optional.empty(), store.find(ID));
    assertEquals(List.of(), store.stages());
  }

  private StageResult.Done commit(double x) throws IOException {
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", WEIGHTS);
      return attempt.commit(done(attempt, x));
    }
  }

  private void leaveBehind(AttemptName name) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("started-" + name), "");
    Files.write(folder.resolve("weights-" + name + ".bin"), WEIGHTS);
  }

  private static AttemptName attemptOfTheDead(long number) throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return AttemptName.of(process.pid(), 1_000, number);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static StageResult.Done done(Attempt attempt, double x) {
    return new StageResult.Done(
        ID,
        new Metrics(Map.of("x", x)),
        List.of(),
        List.of(),
        Map.of(),
        attempt.files(),
        new Environment("fake", "none", "none", "17"),
        0.5);
  }
}
