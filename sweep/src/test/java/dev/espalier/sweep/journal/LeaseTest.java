package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final Lease.Patience QUICK = new Lease.Patience(50, 200);
  private static final Lease.Patience ASLEEP = new Lease.Patience(3_600_000, 3_600_000);

  /** As versions before the nonce wrote it. */
  private static final String OLD = "{\"host\":\"elsewhere\",\"pid\":7,\"released\":%s}";

  @TempDir private Path folder = Path.of("");

  @Test
  void goesToAnotherWhereThatOneWroteOverItsFile() throws IOException {
    RunDirectory directory = new RunDirectory(folder.toString(), true);
    try (Lease lease = Lease.take(directory, ASLEEP)) {
      lease.requireHeld();
      Path file = folder.resolve("lock/000001.json");
      String written = Files.readString(file);
      Files.writeString(file, written.replaceAll("\"nonce\":\"[^\"]+", "\"nonce\":\"anothers"));

      RefusedException e = assertThrows(RefusedException.class, lease::requireHeld);
      assertTrue(("" + e.getMessage()).startsWith("another run has taken over"), e.getMessage());

      Files.writeString(file, written);
      lease.requireHeld();
    }
  }

  @Test
  void isLeftAloneWhereItsFileIsAnothers() throws IOException {
    RunDirectory directory = new RunDirectory(folder.toString(), true);
    Path file = folder.resolve("lock/000001.json");
    try (Lease lease = Lease.take(directory, ASLEEP)) {
      lease.requireHeld();
      Files.writeString(file, OLD.formatted(false));
    }
    assertEquals(OLD.formatted(false), Files.readString(file), "given back by who has it alone");
  }

  @Test
  void isTakenAfterAHolderOfAnOlderVersion() throws IOException {
    RunDirectory directory = new RunDirectory(folder.toString(), true);
    Path file = Files.createDirectory(folder.resolve("lock")).resolve("000004.json");
    Files.writeString(file, OLD.formatted(true));
    try (Lease lease = Lease.take(directory, QUICK)) {
      assertEquals(5, lease.generation());
      lease.requireHeld();
    }
  }

  @Test
  void isAnothersWhileAnOlderVersionShowsLife() throws Exception {
    RunDirectory directory = new RunDirectory(folder.toString(), true);
    Path file = Files.createDirectory(folder.resolve("lock")).resolve("000004.json");
    Files.writeString(file, OLD.formatted(false));
    Thread alive =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 100; i++) {
                  Thread.sleep(50);
                  Files.writeString(file, OLD.formatted(false));
                }
              } catch (IOException | InterruptedException end) {
                return;
              }
            });
    alive.start();
    try {
      RefusedException e =
          assertThrows(
              RefusedException.class, () -> Lease.take(directory, new Lease.Patience(100, 60_000)));
      assertTrue(("" + e.getMessage()).contains("pid 7 on elsewhere"), e.getMessage());
    } finally {
      alive.interrupt();
      alive.join();
    }
  }
}
