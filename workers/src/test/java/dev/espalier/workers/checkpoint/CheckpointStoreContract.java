package dev.espalier.workers.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for checkpoints on every file system. */
@Timeout(60)
interface CheckpointStoreContract {
  StageId ID = new StageId("0f".repeat(32));

  /** A folder that nobody else uses. */
  Storage storage();

  @Test
  default void aStageExistsOnceItIsCommitted() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    assertEquals(Optional.empty(), store.find(ID));
    assertFalse(store.hasResult(ID));
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", weights());
      assertEquals(Optional.empty(), store.find(ID), "data files alone are nothing");
      assertTrue(store.isRunning(ID, 0));
      assertEquals(done(attempt, 1), attempt.commit(done(attempt, 1)));
    }
    assertEquals(1, store.find(ID).orElseThrow().metrics().get("x"));
    assertTrue(store.hasResult(ID));
    assertFalse(store.isRunning(ID, 0));
    assertArrayEquals(weights(), store.read(ID, "weights"));
    assertThrows(NoSuchFileException.class, () -> store.read(ID, "updater"));
    assertEquals(2, names(store).size(), "weights and result.json: " + names(store));
  }

  @Test
  default void whatWasCommittedIsFoundByItsAddress() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    commit(store, 1);
    assertEquals(store, CheckpointStore.at(store.root()));
    assertArrayEquals(weights(), CheckpointStore.at(store.root() + "/").read(ID, "weights"));
  }

  @Test
  default void anAttemptThatIsClosedLeavesNothing() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", weights());
      assertEquals(2, names(store).size(), "" + names(store));
    }
    assertEquals(List.of(), names(store));
    assertEquals(0, store.deaths(ID));
  }

  @Test
  default void aTornResultIsNoCommit() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    commit(store, 1);
    Storage folder = store.folder(ID);
    byte[] whole = folder.read("result.json");
    for (int length = 0; length < whole.length; length += 31) {
      folder.delete("result.json");
      assertEquals(Optional.empty(), store.find(ID));
      folder.write("result.json", Arrays.copyOf(whole, length));
      assertEquals(Optional.empty(), store.find(ID), "after " + length + " bytes");
    }
    commit(store, 2);
    assertEquals(2, store.find(ID).orElseThrow().metrics().get("x"));
  }

  @Test
  default void aDamagedDataFileIsNoCommit() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    StageResult.Done done = commit(store, 1);
    Storage folder = store.folder(ID);
    String weights = done.files().values().iterator().next().name();
    for (byte[] damaged :
        List.of(new byte[] {1, 2, 3, 4, 6}, new byte[] {1, 2, 3, 4}, new byte[0], new byte[6])) {
      folder.write(weights, damaged);
      assertEquals(Optional.empty(), store.find(ID), Arrays.toString(damaged));
    }
    folder.delete(weights);
    assertEquals(Optional.empty(), store.find(ID), "no file");
    folder.write(weights, weights());
    assertTrue(store.find(ID).isPresent());
    folder.write(weights, new byte[] {1, 2, 3, 4, 6});
    assertThrows(
        IOException.class, () -> store.read(ID, "weights"), "damaged after the first look");
  }

  @Test
  default void ofTwoAttemptsTheFirstCommitStands() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    try (Attempt slow = store.begin(ID);
        Attempt fast = store.begin(ID)) {
      slow.write("weights", "bin", weights());
      fast.write("weights", "bin", weights());
      StageResult.Done first = fast.commit(done(fast, 1));
      assertEquals(first, slow.commit(done(slow, 2)));
    }
    assertEquals(1, store.find(ID).orElseThrow().metrics().get("x"));
    assertEquals(2, names(store).size(), "" + names(store));
  }

  @Test
  default void writersAtTheSameMomentLeaveOneWholeCheckpoint() throws Exception {
    CheckpointStore store = new CheckpointStore(storage());
    int writers = 4;
    CyclicBarrier start = new CyclicBarrier(writers);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 5; round++) {
        StageId id = new StageId("%064x".formatted(round));
        List<Callable<StageResult.Done>> work = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          int x = writer;
          work.add(
              () -> {
                try (Attempt attempt = store.begin(id)) {
                  attempt.write("weights", "bin", weights());
                  start.await();
                  return attempt.commit(done(id, attempt, x));
                }
              });
        }
        for (Future<StageResult.Done> result : threads.invokeAll(work)) {
          assertEquals(id, result.get().id());
        }
        assertTrue(store.find(id).isPresent());
        assertArrayEquals(weights(), store.read(id, "weights"));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  default void aReplacedResultIsNeverMissing() throws Exception {
    Storage folder = storage();
    folder.replace("result.json", new byte[] {0}, "result-0.tmp");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> writer =
          thread.submit(
              () -> {
                for (int i = 1; i <= 50; i++) {
                  folder.replace("result.json", new byte[] {(byte) i}, "result-" + i + ".tmp");
                }
                return null;
              });
      int last = 0;
      while (!writer.isDone()) {
        byte[] found = folder.read("result.json");
        assertEquals(1, found.length, "the old content or the new");
        assertTrue(found[0] >= last, "never back");
        last = found[0];
      }
      writer.get();
    } finally {
      thread.shutdownNow();
    }
    assertArrayEquals(new byte[] {50}, folder.read("result.json"));
    assertEquals(1, folder.list("").size(), "" + folder.list(""));
  }

  @Test
  default void aCommitMustNameWhatWasWritten() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    try (Attempt attempt = store.begin(ID)) {
      StageResult.Done nothing = done(attempt, 1);
      attempt.write("weights", "bin", weights());
      assertThrows(IllegalArgumentException.class, () -> attempt.commit(nothing));
      assertThrows(
          IllegalArgumentException.class, () -> attempt.write("weights", "bin", weights()));
      assertThrows(IllegalArgumentException.class, () -> attempt.write("../x", "bin", weights()));
    }
  }

  @Test
  default void deathsAreProcessesThatLeftTheirMarker() throws Exception {
    CheckpointStore store = new CheckpointStore(storage());
    AttemptName first = attemptOfTheDead(1);
    leaveBehind(store, first);
    assertEquals(1, store.deaths(ID));
    leaveBehind(store, attemptOfTheDead(2));
    assertEquals(2, store.deaths(ID));
    try (Attempt attempt = store.begin(ID)) {
      assertEquals(2, store.deaths(ID), "this process lives");
      assertFalse(names(store).contains("weights-" + first + ".bin"), "partial files are removed");
      attempt.write("weights", "bin", weights());
      attempt.commit(done(attempt, 1));
    }
    assertEquals(0, store.deaths(ID));
    assertEquals(2, names(store).size(), "the commit removes the markers: " + names(store));
  }

  @Test
  default void whoDiesBetweenDataAndResultLeavesNoStage() throws Exception {
    CheckpointStore store = new CheckpointStore(storage());
    AttemptName dead = attemptOfTheDead(1);
    leaveBehind(store, dead);
    DataFile weights =
        new DataFile("weights-" + dead + ".bin", StageId.sha256(weights()), weights().length);
    String result = ResultJson.write(done(ID, Map.of("weights", weights), 1));
    store.folder(ID).write("result-" + dead + ".tmp", result.getBytes(StandardCharsets.UTF_8));
    assertEquals(Optional.empty(), store.find(ID), "the result has not its name yet");
    assertEquals(1, commit(store, 1).files().size());
    assertEquals(2, names(store).size(), "" + names(store));
  }

  @Test
  default void theDeadCanBeForgotten() throws Exception {
    CheckpointStore store = new CheckpointStore(storage());
    leaveBehind(store, attemptOfTheDead(1));
    store.removeDeadAttempts(ID);
    assertEquals(0, store.deaths(ID));
    assertEquals(List.of(), names(store));
  }

  @Test
  default void nobodyIsDeclaredDeadOnAnotherHost() throws Exception {
    CheckpointStore store = new CheckpointStore(storage());
    AttemptName here = attemptOfTheDead(1);
    leaveBehind(store, new AttemptName("00000000", here.pid(), here.startMillis(), 1));
    assertEquals(0, store.deaths(ID));
    store.begin(ID).close();
    assertEquals(2, names(store).size(), "its files stay: " + names(store));
  }

  @Test
  default void stagesAreListedInTheOrderOfTheirIds() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    assertEquals(List.of(), store.stages());
    List<StageId> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(new StageId("%064x".formatted(i)));
    }
    for (int i = 19; i >= 0; i--) {
      store.begin(ids.get(i)).close();
    }
    store.storage().write("notes.txt", weights());
    assertEquals(ids, store.stages());
  }

  @Test
  default void removingAStageTakesAllOfIt() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    commit(store, 1);
    assertTrue(store.remove(ID) > weights().length);
    assertEquals(Optional.empty(), store.find(ID));
    assertEquals(List.of(), store.stages());
    assertEquals(0, store.remove(ID), "again is nothing");
  }

  @Test
  default void whatTheDeadLeftIsStrayAndNothingElse() throws Exception {
    CheckpointStore store = new CheckpointStore(storage());
    commit(store, 1);
    AttemptName dead = attemptOfTheDead(1);
    leaveBehind(store, dead);
    AttemptName elsewhere = new AttemptName("00000000", 1, 1, 1);
    leaveBehind(store, elsewhere);
    store.folder(ID).write("notes.txt", weights());
    long now = System.currentTimeMillis();
    List<String> ofTheDead = List.of("started-" + dead, "weights-" + dead + ".bin");
    try (Attempt alive = store.begin(new StageId("1f".repeat(32)))) {
      alive.write("weights", "bin", weights());
      assertEquals(List.of(), store.strays(new StageId("1f".repeat(32)), now + 60_000));
    }
    assertEquals(ofTheDead, strays(store, now - 60_000), "another host may be at work");
    List<String> old = new ArrayList<>(ofTheDead);
    old.addAll(List.of("started-" + elsewhere, "weights-" + elsewhere + ".bin"));
    assertEquals(old.stream().sorted().toList(), strays(store, now + 60_000), "or not any more");
    for (Storage.Entry stray : store.strays(ID, now + 60_000)) {
      store.removeStray(ID, stray);
    }
    assertEquals(3, names(store).size(), "" + names(store));
    assertTrue(store.find(ID).isPresent());
  }

  @Test
  default void aCommitCanLoseAFile() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", weights());
      attempt.write("updater", "bin", new byte[1000]);
      attempt.commit(done(attempt, 1));
    }
    assertEquals(1000, store.file(ID, "updater").orElseThrow().bytes());
    store.drop(ID, "updater");
    store.drop(ID, "updater");
    assertEquals(Optional.empty(), store.file(ID, "updater"));
    assertEquals(1, store.find(ID).orElseThrow().metrics().get("x"));
    assertArrayEquals(weights(), store.read(ID, "weights"));
    assertEquals(2, names(store).size(), "" + names(store));
  }

  @Test
  default void aLargeFileComesBackBitForBit() throws IOException {
    CheckpointStore store = new CheckpointStore(storage());
    byte[] large = new byte[5_000_017];
    new Random(1).nextBytes(large);
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", large);
      attempt.commit(done(attempt, 1));
    }
    assertArrayEquals(large, store.read(ID, "weights"));
  }

  @Test
  default void aFolderTellsWhatLiesInIt() throws IOException {
    long before = System.currentTimeMillis();
    Storage folder = storage();
    assertEquals(List.of(), folder.list("nothing"));
    assertThrows(FileNotFoundException.class, () -> folder.read("nothing"));
    folder.delete("nothing");
    folder.deleteFolder("nothing");
    folder.write("a/b/c.bin", weights());
    folder.deleteFolder("a");
    Storage.Entry file = folder.list("a/b").get(0);
    assertEquals("c.bin", file.name());
    assertEquals(5, file.bytes());
    assertFalse(file.isFolder());
    assertTrue(Math.abs(file.modifiedMillis() - before) < 60_000, "" + file.modifiedMillis());
    assertTrue(folder.list("").get(0).isFolder());
    assertTrue(folder.folder("a").exists("b/c.bin"));
    assertTrue(folder.free() > 0);
    folder.check();
    assertEquals(1, folder.list("").size(), "the check leaves nothing: " + folder.list(""));
  }

  private static byte[] weights() {
    return new byte[] {1, 2, 3, 4, 5};
  }

  private static StageResult.Done commit(CheckpointStore store, double x) throws IOException {
    try (Attempt attempt = store.begin(ID)) {
      attempt.write("weights", "bin", weights());
      return attempt.commit(done(attempt, x));
    }
  }

  private static void leaveBehind(CheckpointStore store, AttemptName name) throws IOException {
    store.folder(ID).write("started-" + name, new byte[0]);
    store.folder(ID).write("weights-" + name + ".bin", weights());
  }

  private static AttemptName attemptOfTheDead(long number) throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return AttemptName.of(process.pid(), 1_000, number);
  }

  private static List<String> names(CheckpointStore store) throws IOException {
    return store.folder(ID).list("").stream().map(Storage.Entry::name).sorted().toList();
  }

  private static List<String> strays(CheckpointStore store, long quietSince) throws IOException {
    return store.strays(ID, quietSince).stream().map(Storage.Entry::name).sorted().toList();
  }

  private static StageResult.Done done(Attempt attempt, double x) {
    return done(ID, attempt, x);
  }

  private static StageResult.Done done(StageId id, Attempt attempt, double x) {
    return done(id, attempt.files(), x);
  }

  private static StageResult.Done done(StageId id, Map<String, DataFile> files, double x) {
    return new StageResult.Done(
        id,
        new Metrics(Map.of("x", x)),
        List.of(),
        List.of(),
        Map.of(),
        files,
        new Environment("fake", "none", "none", "17"),
        0.5);
  }
}
