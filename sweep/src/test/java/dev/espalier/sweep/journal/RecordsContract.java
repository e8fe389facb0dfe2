package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What holds beyond the {@link JournalContract} for the form that several machines see. */
interface RecordsContract extends JournalContract {
  Lease.Patience QUICK = new Lease.Patience(100, 1_500);

  /** No sign of life, and no trust in the first one. */
  Lease.Patience ASLEEP = new Lease.Patience(3_600_000, 1);

  @Override
  default RunLock take(RunDirectory directory) throws IOException {
    return Lease.take(directory, QUICK);
  }

  @Override
  default void tear(RunDirectory directory, int bytes) throws IOException {
    Storage files = directory.files();
    String last =
        "journal/stages/"
            + files.list("journal/stages").stream()
                .map(Storage.Entry::name)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    byte[] content = files.read(last);
    int start = content.length - 1;
    while (start > 0 && content[start - 1] != '\n') {
      start--;
    }
    files.write(last, Arrays.copyOf(content, start + bytes));
  }

  /** Writes a file without waiting for a disk, which takes ten times as long. */
  void put(RunDirectory directory, String name, String text) throws IOException;

  /** Several at once: each waits for the file system, not for a core. */
  @Override
  default void fill(RunDirectory directory, List<String> lines) throws Exception {
    ExecutorService writers = Executors.newFixedThreadPool(16);
    try {
      List<Future<Void>> written = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        String name = "journal/stages/000001-%08d.json".formatted(i + 1);
        String line = lines.get(i);
        written.add(
            writers.submit(
                () -> {
                  put(directory, name, line);
                  return null;
                }));
      }
      for (Future<Void> one : written) {
        one.get();
      }
    } finally {
      writers.shutdownNow();
    }
  }

  @Override
  default int lines(RunDirectory directory) throws IOException {
    int lines = 0;
    for (Storage.Entry file : directory.files().list("journal/results")) {
      byte[] content = directory.files().read("journal/results/" + file.name());
      lines += new String(content, StandardCharsets.UTF_8).split("\n", -1).length - 1;
    }
    return lines;
  }

  @Test
  default void aHolderThatSleptNoticesBeforeItWritesOn() throws IOException {
    RunDirectory directory = directory();
    try (Lease slept = Lease.take(directory, ASLEEP);
        Journal old = Journal.open(slept, JournalContract.PLAN)) {
      old.add(JournalContract.failed(ONE, "old"));
      old.flush();
      try (RunLock lock = take(directory);
          Journal journal = Journal.open(lock, JournalContract.PLAN)) {
        assertEquals(JournalContract.failed(ONE, "old"), journal.stages().get(ONE));
        journal.add(JournalContract.failed(TWO, "new"));
        for (int i = 0; i < 2; i++) {
          String message =
              ""
                  + assertThrows(
                          RefusedException.class,
                          () -> {
                            old.add(JournalContract.failed(THREE, "too late"));
                            old.flush();
                          })
                      .getMessage();
          assertTrue(message.startsWith("another run has taken over the sweep in "), message);
        }
        assertThrows(RefusedException.class, slept::requireHeld);

        lock.requireHeld();
      }
    }
    assertEquals(2, Journal.read(directory, PLAN).stages().size());
  }

  @Test
  default void aRecordThatSlipsThroughStandsBehindThoseOfTheNewHolder() throws IOException {
    RunDirectory directory = directory();
    append(directory, JournalContract.failed(ONE, "first"));
    append(directory, JournalContract.failed(ONE, "second"));
    String late = ResultJson.write(JournalContract.failed(ONE, "late"));
    directory
        .files()
        .write(
            "journal/stages/000001-00000009.json", (late + "\n").getBytes(StandardCharsets.UTF_8));
    assertEquals(
        JournalContract.failed(ONE, "second"), Journal.read(directory, PLAN).stages().get(ONE));
  }

  @Test
  default void aLiveHolderIsRefusedForAsLongAsItShowsLife() throws Exception {
    RunDirectory directory = directory();
    try (RunLock lock = take(directory)) {
      Thread.sleep(2 * QUICK.silenceMillis());
      assertThrows(RefusedException.class, () -> take(directory));
      lock.requireHeld();
    }
  }

  @Test
  default void ofManyThatTakeOverFromTheDeadOneGetsTheLease() throws Exception {
    RunDirectory directory = directory();
    try (Lease dead = Lease.take(directory, ASLEEP)) {
      assertEquals(1, dead.generation());
      ofManyThatBeginAtOnceOneGetsTheLock(directory);
      assertThrows(RefusedException.class, dead::requireHeld);
    }
  }
}
