package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real sweeps on a real standalone cluster whose real disk, a small tmpfs, gets full or read-only
 * in the middle. Only root may mount one.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class FullDiskTest {
  private static final int BLOCK = 1 << 16;

  @TempDir private static Path folder = Path.of("");

  private static LocalCluster cluster;
  private static Path config;
  private static Path local;
  private static Path disk;

  @BeforeAll
  static void start() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        system("mount", "-t", "tmpfs", "-o", "size=64m", "espalier-test", disk.toString()) == 0,
        "a disk can be mounted");
    config = TinySweep.config(folder);
    local = folder.resolve("local");
    Path log = folder.resolve("local.log");
    Distribution.Ended ended =
        Distribution.espalier(log, "run", config, "--out", local, "--set", "baseline.epochs=20");
    assertEquals(0, ended.code(), ended.said());
    cluster = LocalCluster.start(folder.resolve("cluster"), 2, 1);
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    for (int i = 0; i < 100 && system("umount", disk.toString()) != 0; i++) {
      TimeUnit.MILLISECONDS.sleep(100); // Executors may have it open still.
    }
  }

  @Test
  void aStoreThatGetsFullStopsTheSweepWhichGoesOnOnceThereIsRoom() throws Exception {
    Path out = folder.resolve("store");
    Path store = disk.resolve("store");
    Process run = run(out, store);
    awaitBegun(store, run);
    Path ballast = fill(disk.resolve("ballast"));
    Distribution.Ended full = ended(run, out);
    assertEquals(2, full.code(), full.said());
    assertSaysSo(full, store, "No space left on device");
    assertEquals(0, finished(out));

    Distribution.Ended refused = ended(run(out, store), out);
    assertEquals(2, refused.code(), "it is seen before anything starts");
    assertTrue(refused.said().contains(store + ": must "), refused.said());
    assertFalse(refused.said().contains("Starting Spark"), refused.said());

    Files.delete(ballast);
    assertGoesOn(out, store);
  }

  @Test
  void aFullDiskOfTheJournalStopsTheSweepWhichGoesOnOnceThereIsRoom() throws Exception {
    Path out = disk.resolve("journal");
    Path store = folder.resolve("store-of-journal");
    Process run = run(out, store);
    awaitBegun(store, run);
    Path ballast = fill(disk.resolve("ballast"));
    Distribution.Ended full = ended(run, out);
    assertEquals(2, full.code(), full.said());
    assertSaysSo(full, out.resolve("stages.jsonl"), "No space left on device");
    assertEquals(0, finished(out));

    Files.delete(ballast);
    assertGoesOn(out, store);
  }

  @Test
  void aStoreThatGetsReadOnlyStopsTheSweepWhichGoesOnOnceItIsNot() throws Exception {
    Path out = folder.resolve("read-only");
    Path store = disk.resolve("read-only-store");
    Process run = run(out, store);
    awaitBegun(store, run);
    while (system("mount", "-o", "remount,ro", disk.toString()) != 0) {
      TimeUnit.MILLISECONDS.sleep(5); // Not while a file is being written.
    }
    try {
      Distribution.Ended stopped = ended(run, out);
      assertEquals(2, stopped.code(), stopped.said());
      String message = message(stopped, store);
      assertTrue(
          message.contains(": must be a file that can be written, found: Read-only file system; "),
          message);
      assertTrue(message.contains("the same command continues from here"), message);

      Distribution.Ended refused = ended(run(out, store), out);
      assertEquals(2, refused.code(), refused.said());
      assertTrue(refused.said().contains("Read-only file system"), refused.said());
      assertFalse(refused.said().contains("Starting Spark"), refused.said());
    } finally {
      assertEquals(0, system("mount", "-o", "remount,rw", disk.toString()));
    }
    assertGoesOn(out, store);
  }

  private static Process run(Path out, Path store) throws IOException {
    return Distribution.start(
        log(out),
        Map.of(),
        "bin/espalier",
        cluster.words(config, out, "--set", "baseline.epochs=20", "--store", store));
  }

  private static Distribution.Ended ended(Process run, Path out) throws Exception {
    return Distribution.ended(run, log(out));
  }

  /** Not on the disk that gets full. */
  private static Path log(Path out) {
    return folder.resolve(out.getFileName() + ".log");
  }

  /** Place, what was needed, what was found, what to do. */
  private static void assertSaysSo(Distribution.Ended ended, Path place, String reason) {
    String message = message(ended, place);
    assertTrue(message.contains(": must take "), ended.said());
    assertTrue(message.contains(" bytes free (" + reason + ")"), ended.said());
    assertTrue(message.contains("the same command continues from here"), ended.said());
  }

  private static String message(Distribution.Ended ended, Path place) {
    return ended.said().lines().filter(line -> line.contains(place + "")).toList().toString();
  }

  /** Everything is there, each stage and each run of MLflow once. */
  private static void assertGoesOn(Path out, Path store) throws Exception {
    Distribution.Ended again = ended(run(out, store), out);
    assertEquals(0, again.code(), again.said());
    assertEquals(TinySweep.results(local), TinySweep.results(out));
    assertEquals(TinySweep.bits(local), TinySweep.bits(out));
    assertEquals(TinySweep.STAGES, finished(out));
    assertEquals(Map.of("FINISHED", 9), TinySweep.runs(out));
  }

  private static int finished(Path out) throws IOException {
    Path journal = out.resolve("stages.jsonl");
    return Files.exists(journal) ? TinySweep.lines(journal).size() : 0;
  }

  /** Waits until the first stage has begun. */
  private static void awaitBegun(Path store, Process run) throws Exception {
    Path stage = store.resolve("stages").resolve(TinySweep.stage(local, "train"));
    while (!Files.exists(stage)) {
      assertTrue(run.isAlive());
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Takes all the room that is left. */
  private static Path fill(Path ballast) throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(new byte[BLOCK]);
      }
    } catch (IOException full) {
      assertEquals("No space left on device", full.getMessage());
    }
    return ballast;
  }

  private static int system(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
