package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real command in a process of its own is killed or told to stop, and given again. */
@Tag("slow")
@EnabledOnOs(OS.LINUX) // for env --default-signal
class KilledCommandTest {
  private static final int INTERRUPT = 130;
  private static final int EPOCHS = 30;

  @TempDir private Path folder = Path.of("");

  @Test
  void killedAtAnyMomentItEndsInTheSameResults() throws Exception {
    Path undisturbed = folder.resolve("undisturbed");
    assertEquals(Main.DONE, start(undisturbed).waitFor());
    Set<String> expected = TinySweep.sameResults(undisturbed);
    assertEquals(TinySweep.TRIALS, expected.size());

    SplittableRandom random = new SplittableRandom(3);
    for (String moment : List.of("started", "0 finished", "3 finished", "6 finished")) {
      Path out = folder.resolve("killed-" + moment);
      Process process = start(out);
      await(out, process, moment);
      // Some steps on, wherever that is: the tests of the journal take every moment there is.
      process.waitFor(random.nextInt(100), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      assertEquals(Main.DONE, start(out).waitFor(), () -> log(out));
      assertEquals(expected, TinySweep.sameResults(out));
      assertEquals(8, TinySweep.lines(out.resolve("stages.jsonl")).size(), "each stage once");
    }
  }

  /** Waits until so much has happened: {@code started} or {@code N finished}. */
  private static void await(Path out, Process process, String moment) throws Exception {
    if (moment.equals("started")) {
      return;
    }
    awaitTheFirstStage(out, process);
    int finished = Integer.parseInt(moment.substring(0, moment.indexOf(' ')));
    while (finished(out) < finished) {
      assertFalse(process.waitFor(2, TimeUnit.MILLISECONDS), () -> log(out));
    }
  }

  private static long finished(Path out) throws IOException {
    Path journal = out.resolve("stages.jsonl");
    return Files.exists(journal) ? Files.readString(journal).lines().count() : 0;
  }

  @Test
  void interruptedItStopsCleanlyAndIsNoCrash() throws Exception {
    Path out = folder.resolve("interrupted");
    for (int i = 0; i < 2; i++) {
      Process process = start(out);
      awaitTheFirstStage(out, process);
      process.waitFor(300, TimeUnit.MILLISECONDS); // Some steps into it.
      long stopped = System.currentTimeMillis();
      interrupt(process);
      assertEquals(INTERRUPT, process.waitFor(), () -> log(out));
      String log = log(out);
      assertTrue(log.contains("Stopping; finished work is kept ..."), log);
      assertTrue(log.contains("Interrupted: the same command continues from here."), log);
      assertFalse(log.contains("Exception"), log);
      assertEquals(List.of(), markers(out));
      assertEquals(
          List.of("KILLED|1"),
          TinySweep.rows(
              out,
              "SELECT status, end_time >= %d FROM runs WHERE name = 'tiny'".formatted(stopped)));
      assertEquals(
          List.of(TinySweep.TRIALS - results(out) + ""),
          TinySweep.rows(out, "SELECT value FROM tags WHERE key = 'trials.left'"));
    }
    assertEquals(Main.DONE, start(out).waitFor(), () -> log(out));
    assertEquals(TinySweep.TRIALS, TinySweep.results(out).size());
    assertTrue(log(out).contains("8 trials completed, 0 failed"), log(out));
  }

  @Test
  void interruptedBeforeTheFirstStageItJustEnds() throws Exception {
    Path out = folder.resolve("early");
    Process process = start(out);
    while (!log(out).contains("Timing")) {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    interrupt(process);
    assertEquals(INTERRUPT, process.waitFor());
    assertFalse(log(out).contains("rror"), log(out));
    assertEquals(List.of(), markers(out));
  }

  private static int results(Path out) throws IOException {
    Path results = out.resolve("results.jsonl");
    return Files.exists(results) ? TinySweep.results(out).size() : 0;
  }

  private static void awaitTheFirstStage(Path out, Process process) throws Exception {
    while (markers(out).isEmpty()) {
      assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), () -> log(out));
    }
  }

  /** Marks of stages that were begun and not ended. */
  private static List<String> markers(Path out) throws IOException {
    Path stages = out.resolve("stages");
    return Files.exists(stages)
        ? Said.files(stages).stream().filter(name -> name.contains("/started-")).toList()
        : List.of();
  }

  private static void interrupt(Process process) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor());
  }

  private static String log(Path out) {
    try {
      Path log = Path.of(out + ".log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Process start(Path out) throws IOException {
    List<String> command =
        new ArrayList<>(
            // Whoever runs the tests in the background has them ignore interrupts.
            List.of("env", "--default-signal=INT", "OMP_NUM_THREADS=1"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC"));
    for (String name :
        List.of(
            "java.lang",
            "java.lang.invoke",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.util.calendar")) {
      command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
    }
    command.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("run", TinySweep.config(folder, EPOCHS, "0.01").toString()));
    command.addAll(List.of("--out", out.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(new File(out + ".log"))
        .start();
  }
}
