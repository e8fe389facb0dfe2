package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How a large sweep at an address scales whose store takes 3 ms or 30 ms a request, 64 at a time.
 * The requests are counted, and held closely; bounds on time are loose, since the machine may be
 * busy. {@code -Dscale.trials=100000} measures what stands in docs/scale.md.
 */
@Tag("slow")
class StoreScaleTest {
  private static final int TRIALS = Integer.getInteger("scale.trials", 2_000);
  private static final String HEAP =
      System.getProperty("scale.heap", TRIALS > 50_000 ? "4g" : "1g");
  private static final int SLOTS = 128;

  @TempDir private Path folder = Path.of("");

  @Test
  void aStoreOf3Millis() throws Exception {
    JsonNode run = process(3, "a", TRIALS, "run");
    assertRan(run);
    assertStarted(run, 60);
    assertTrue(rate(run) > 50, "stages a second: " + rate(run));

    JsonNode again = process(3, "a", TRIALS, "run");
    assertEquals(0, again.get("to_run").asInt());
    assertEquals(TRIALS, again.get("completed").asInt());
    assertStarted(again, 60);

    assertStarted(process(30, "a", TRIALS, "start"), 180);
  }

  @Test
  void aStoreOf30Millis() throws Exception {
    assertStarted(process(30, "b", TRIALS, "start"), 180);
    JsonNode run = process(30, "c", Math.min(TRIALS, 2_000), "run");
    assertRan(run);
    assertTrue(rate(run) > 20, "stages a second: " + rate(run));
  }

  /** Listings of a thousand names, and files of hundreds of results: no request a stage. */
  private static void assertStarted(JsonNode process, int seconds) {
    int stages = process.get("stages").asInt();
    assertTrue(process.get("start_requests").asInt() < 100 + stages / 50, "requests: " + process);
    assertTrue(process.get("start_seconds").asDouble() < seconds, "seconds: " + process);
  }

  private static void assertRan(JsonNode run) {
    int stages = run.get("stages").asInt();
    assertEquals(stages, run.get("to_run").asInt());
    assertEquals(run.get("trials"), run.get("completed"));
    assertTrue(run.get("stages_requests").asInt() < 200 + stages, "requests: " + run);
  }

  private static double rate(JsonNode run) {
    return run.get("stages").asInt() / run.get("stages_seconds").asDouble();
  }

  private JsonNode process(int millis, String name, int trials, String mode)
      throws IOException, InterruptedException {
    File log = folder.resolve(name + ".log").toFile();
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "deploy", "bin", "java.options"),
                "-Xmx" + HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                StoreScaleProcess.class.getName(),
                "slow://ms" + millis + folder.resolve(name),
                String.valueOf(trials),
                String.valueOf(SLOTS),
                mode)
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start()
            .waitFor();
    List<String> said = Files.readAllLines(log.toPath());
    assertEquals(0, code, String.join("\n", said));
    String figures = said.get(said.size() - 1);
    System.out.printf("%d ms, %s: %s%n", millis, mode, figures);
    return new ObjectMapper().readTree(figures);
  }
}
