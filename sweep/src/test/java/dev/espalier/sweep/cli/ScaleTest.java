package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How a large sweep scales, held loosely: bounds are several times what was measured, and on
 * processor time rather than on the clock on the wall, so that a busy machine passes and work that
 * grows with the square of the trials does not. {@code -Dscale.trials=10000} measures what stands
 * in docs/scale.md.
 */
@Tag("slow")
class ScaleTest {
  private static final int TRIALS = Integer.getInteger("scale.trials", 2000);

  /** Of a process with Spark and MLflow whose code is not compiled yet. */
  private static final double START_CPU_SECONDS = 60;

  /** Of a stage that trains nothing, its checkpoint and its way to MLflow included. */
  private static final double STAGE_CPU_SECONDS = 0.060;

  private static final int HEAP_MIB = Integer.getInteger("scale.heap", 1024);

  @TempDir private Path folder = Path.of("");

  @Test
  void thousandsOfTrialsRunAndResume() throws Exception {
    JsonNode run = process("run", TRIALS, 2, 0, "embedded");
    assertEquals(TRIALS, run.get("completed").asInt());
    assertEquals("", run.get("problem").asText());
    double cpu = run.get("cpu_seconds").asDouble();
    assertTrue(
        cpu < START_CPU_SECONDS + STAGE_CPU_SECONDS * run.get("stages").asInt(),
        "processor seconds: " + run);

    JsonNode again = process("run", TRIALS, 2, 0, "embedded");
    assertEquals(0, again.get("to_run").asInt());
    assertEquals(TRIALS, again.get("completed").asInt());
    assertEquals("", again.get("problem").asText());
    assertTrue(again.get("cpu_seconds").asDouble() < cpu, "resuming does less: " + again);

    assertEquals(
        List.of(String.valueOf(TRIALS + 1)),
        TinySweep.rows(folder.resolve("run"), "select count(*) from runs"));
    long start = System.nanoTime();
    Said status = Said.by("status", folder.resolve("run"));
    assertTrue(status.out().contains("trials: " + TRIALS + " completed, 0 failed"), status.out());
    say("status", start);
    start = System.nanoTime();
    assertEquals(Main.DONE, Said.by("front", folder.resolve("run")).code());
    say("front", start);
  }

  @Test
  void slotsAreKeptBusy() throws Exception {
    for (int slots : List.of(2, 8, 32)) {
      JsonNode run =
          process("slots" + slots, ScaleProcess.STEP * Math.max(1, slots / 8), slots, 200, "none");
      double ideal = run.get("ideal_seconds").asDouble();
      double overhead = (run.get("stages_seconds").asDouble() - ideal) / run.get("stages").asInt();
      System.out.printf(
          "slots %d: %.1f ms a stage beside its work, %.1f ms of a slot%n",
          slots, overhead * 1000, overhead * slots * 1000);
      assertEquals(slots, run.get("most_at_a_time").asInt(), "every slot is used, and no more");
      assertTrue(
          run.get("cpu_seconds").asDouble()
              < START_CPU_SECONDS + STAGE_CPU_SECONDS * run.get("stages").asInt(),
          slots + " slots, processor seconds: " + run);
    }
  }

  private static void say(String what, long start) {
    System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - start) / 1e9);
  }

  private JsonNode process(String name, int trials, int slots, long millis, String tracking)
      throws IOException, InterruptedException {
    File log = folder.resolve(name + ".log").toFile();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("..", "deploy", "bin", "java.options"));
    command.add("-Xmx" + HEAP_MIB + "m");
    if (slots > 2) {
      command.add("-XX:ActiveProcessorCount=" + slots);
    }
    String options = System.getProperty("scale.java", "");
    if (!options.isEmpty()) {
      command.addAll(List.of(options.split(" ", -1)));
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            ScaleProcess.class.getName(),
            folder.resolve(name).toString(),
            String.valueOf(trials),
            String.valueOf(slots),
            String.valueOf(millis),
            tracking));
    long start = System.nanoTime();
    int code =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start().waitFor();
    List<String> said = Files.readAllLines(log.toPath());
    assertEquals(0, code, String.join("\n", said));
    String figures = said.get(said.size() - 1);
    System.out.println(name + ": " + figures);
    say(name + ", the whole process", start);
    return new ObjectMapper().readTree(figures);
  }
}
