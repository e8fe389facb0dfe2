package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records in a folder that several machines see. */
class RecordsTest implements RecordsContract {
  @TempDir private Path folder = Path.of("");

  @Override
  public RunDirectory directory() throws IOException {
    return RunDirectory.at("file:" + Files.createTempDirectory(folder, "sweep"));
  }

  @Override
  public void put(RunDirectory directory, String name, String text) throws IOException {
    Path file = Path.of(directory.files().address(), name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void aSweepKeepsTheFormInWhichItBegan() throws IOException {
    RunDirectory shared = directory();
    assertTrue(shared.shared());
    Path path = Path.of(shared.files().address());
    assertFalse(RunDirectory.at(path.toString()).shared(), "nothing lies there yet");
    take(shared).close();
    assertTrue(RunDirectory.at(path.toString()).shared(), "by its path");

    Path other = Files.createTempDirectory(folder, "sweep");
    Journal.lock(RunDirectory.at(other.toString())).close();
    RunDirectory byAddress = RunDirectory.at("file:" + other);
    assertFalse(byAddress.shared(), "by its address");
    assertEquals(other, byAddress.root());
    assertThrows(IllegalStateException.class, shared::root);
  }

  @Test
  void aHolderWhoseFileIsEmptyIsWaitedForToo() throws IOException {
    RunDirectory directory = directory();
    assertTrue(directory.files().create("lock/000001.json", new byte[0]));
    long start = System.nanoTime();
    try (RunLock lock = take(directory)) {
      lock.requireHeld();
    }
    assertTrue(System.nanoTime() - start > RecordsContract.QUICK.silenceMillis() * 900_000);
  }

  @Test
  void unfinishedRecordsOfTheDeadAreTakenAway() throws IOException {
    RunDirectory directory = directory();
    Storage files = directory.files();
    files.write("journal/stages/000001-00000001.json.tmp", new byte[3]);
    append(directory, JournalContract.failed(ONE, "one"));
    assertEquals(1, files.list("journal/stages").size());
    assertEquals("000001-00000001.jsonl", files.list("journal/stages").get(0).name());
  }
}
