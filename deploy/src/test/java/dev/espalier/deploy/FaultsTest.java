package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real sweeps on a real standalone cluster to which something happens. */
@Tag("clusters")
@EnabledOnOs(OS.LINUX) // for kill, mkfifo and /proc
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsTest {
  private static final Pattern STARTED =
      Pattern.compile("started .*, stage ([0-9a-f]+), attempt (\\d+)");
  private static final Pattern MARKER = Pattern.compile("started-[0-9a-f]{8}-(\\d+)-.*");

  /** Long enough to be hit in the middle. */
  private static final List<String> LONG = List.of("--set", "baseline.epochs=20");

  private static final Map<String, Integer> ALL_COMPLETED = Map.of("completed", 8);
  private static final Map<String, Integer> ALL_FINISHED = Map.of("FINISHED", 9);

  @TempDir private static Path folder = Path.of("");

  private static LocalCluster cluster;
  private static Path config;

  /** The same sweep in one process, to which nothing happens. */
  private static Path local;

  private final Set<Path> earlierLogs = new HashSet<>();

  @BeforeAll
  static void start() throws Exception {
    config = TinySweep.config(folder);
    local = folder.resolve("local");
    Distribution.Ended ended =
        Distribution.espalier(
            folder.resolve("local.log"),
            "run",
            config,
            "--out",
            local,
            LONG.get(0),
            LONG.get(1),
            "--tracking-uri",
            "none");
    assertEquals(0, ended.code(), ended.said());
    cluster = LocalCluster.start(folder.resolve("cluster"), 2, 1);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void rememberLogs() throws IOException {
    if (Files.exists(cluster.folder().resolve("work"))) {
      earlierLogs.addAll(cluster.logs());
    }
  }

  /** MLflow is away for the whole of it too: only drivers speak to it, wherever stages run. */
  @Test
  @Order(1)
  void aKilledExecutorsStageRunsAgainAndNothingElseDoes() throws Exception {
    Path out = folder.resolve("executor");
    String away = "http://127.0.0.1:" + closedPort();
    Process run = run(out, "--tracking-uri", away);
    String train = TinySweep.stage(local, "train");
    kill("KILL", awaitMarker(out, train, run));
    Distribution.Ended ended = ended(run, out);
    assertEquals(0, ended.code(), ended.said());
    assertSameAsLocal(out);
    assertEquals(Map.of(train, 2), startedMoreThanOnce());
    assertTrue(ended.said().contains("records were not sent"), ended.said());

    Distribution.Ended sent =
        Distribution.espalier(folder.resolve("track.log"), "track", out, "--to", "embedded");
    assertEquals(0, sent.code(), sent.said());
    assertEquals(ALL_FINISHED, TinySweep.runs(out));
  }

  @Test
  @Order(2)
  void aKilledDriverIsFollowedByTheSameCommandWhichRepeatsNothingFinished() throws Exception {
    Path out = folder.resolve("driver");
    Process run = run(out);
    awaitMarker(out, TinySweep.stage(local, "fine-tune resnet18 w=0.0625 s=0.5"), run);
    run.destroyForcibly().waitFor();
    Set<String> finished = new HashSet<>();
    for (JsonNode line : TinySweep.lines(out.resolve("stages.jsonl"))) {
      finished.add(line.get("stage").asText());
    }
    assertFalse(finished.isEmpty());

    Distribution.Ended again = ended(run(out), out);
    assertEquals(0, again.code(), again.said());
    assertSameAsLocal(out);
    Set<String> repeated = new HashSet<>(startedMoreThanOnce().keySet());
    repeated.retainAll(finished);
    assertEquals(Set.of(), repeated);
    assertEquals(ALL_FINISHED, TinySweep.runs(out));
  }

  @Test
  @Order(3)
  void aStageThatAlwaysCrashesFailsItsOwnTrialsAndNoOthers() throws Exception {
    Path out = folder.resolve("crash");
    String prune = TinySweep.stage(local, "prune");
    String agent =
        Crash.option(folder.resolve("crash.jar"), out.resolve("stages").resolve(prune))
            + " -XX:-CreateCoredumpOnCrash";
    Distribution.Ended ended =
        ended(run(out, "--conf", "spark.executor.extraJavaOptions=" + agent), out);
    assertEquals(1, ended.code(), ended.said());
    assertEquals(Map.of("completed", 4, "failed", 4), TinySweep.outcomes(out));
    assertReasons(out, "crashed the JVM of its executor 2 times");
    assertTrue(ended.said().contains("crashed the JVM of its executor 2 times"), ended.said());
    assertEquals(Map.of(prune, 2), startedMoreThanOnce());
    assertEquals(2, crashReports(), "real crashes");
    assertEquals(Map.of("FINISHED", 5, "FAILED", 4), TinySweep.runs(out));

    String before = Files.readString(out.resolve("results.jsonl"));
    Distribution.Ended again = ended(run(out), out);
    assertEquals(1, again.code(), again.said());
    assertTrue(again.said().contains("Nothing to run"), again.said());
    assertEquals(before, Files.readString(out.resolve("results.jsonl")));
    assertEquals(Map.of("FINISHED", 5, "FAILED", 4), TinySweep.runs(out));
  }

  /**
   * It waits in the system for a pipe into which nobody writes; no interrupt ends that. There is
   * one slot, so all other stages run only because its executor is ended.
   */
  @Test
  @Order(4)
  void aStageThatHangsInNativeCodeIsEndedByTheTimeLimit() throws Exception {
    Path out = folder.resolve("hang");
    String prune = TinySweep.stage(local, "prune");
    String[] limits = {
      "--slots", "1",
      "--stage-limit", "50s",
      "--conf", "spark.task.reaper.killTimeout=1s",
      "--conf", "spark.task.reaper.pollingInterval=500ms"
    };
    Process run = run(out, limits);
    awaitMarker(out, TinySweep.stage(local, "train"), run);
    Path pipe = out.resolve("stages").resolve(prune).resolve("result.json");
    Files.createDirectories(pipe.getParent());
    system("mkfifo", pipe.toString());
    Distribution.Ended ended = ended(run, out);
    assertEquals(1, ended.code(), ended.said());
    assertEquals(Map.of("completed", 4, "failed", 4), TinySweep.outcomes(out));
    assertReasons(out, "over its time limit of 50s");
    assertTrue(newLogs().contains("could not be stopped within"), "its executor was ended");
    assertEquals(Map.of("FINISHED", 5, "FAILED", 4), TinySweep.runs(out));

    Files.delete(pipe);
    Distribution.Ended again = ended(run(out, "--retry-failed"), out);
    assertEquals(0, again.code(), again.said());
    assertEquals(ALL_COMPLETED, TinySweep.outcomes(out));
    assertEquals(Map.of(prune, 2), startedMoreThanOnce());
    assertEquals(ALL_FINISHED, TinySweep.runs(out));
  }

  /** An error in a stage is its result; Spark would try an error of a task again. */
  @Test
  @Order(5)
  void whatGoesWrongInAStageIsNoFailedTaskAndNoStageHasASecondCopy() throws Exception {
    Path out = folder.resolve("diverges");
    Set<Path> earlier = new HashSet<>(cluster.events());
    Distribution.Ended ended =
        ended(
            run(
                out,
                "--set",
                "fine-tune={learning-rate: 10, weight-decay: 1}",
                "--set",
                "grid.fine-tune-epochs=[0,8]",
                "--conf",
                "spark.speculation=true",
                "--tracking-uri",
                "none"),
            out);
    assertEquals(1, ended.code(), ended.said());
    assertReasons(out, "diverged");
    assertEquals(Map.of(), startedMoreThanOnce());
    Set<Path> events = new HashSet<>(cluster.events());
    events.removeAll(earlier);
    int tasks = 0;
    for (Path file : events) {
      for (JsonNode event : TinySweep.lines(file)) {
        if (event.get("Event").asText().equals("SparkListenerTaskEnd")) {
          tasks++;
          assertEquals("Success", event.get("Task End Reason").get("Reason").asText());
        } else if (event.get("Event").asText().equals("SparkListenerEnvironmentUpdate")) {
          JsonNode settings = event.get("Spark Properties");
          assertEquals("false", settings.get("spark.speculation").asText());
          assertEquals("true", settings.get("spark.task.reaper.enabled").asText());
        }
      }
    }
    // One task more looks at the version of Spark there.
    assertEquals(TinySweep.lines(out.resolve("stages.jsonl")).size() + 1, tasks);
  }

  /** The last one: the worker does not come back. */
  @Test
  @Order(6)
  void aKilledWorkersStageRunsOnAnotherAndNothingElseAgain() throws Exception {
    Path out = folder.resolve("worker");
    Process run = run(out);
    String train = TinySweep.stage(local, "train");
    ProcessHandle executor = awaitMarker(out, train, run);
    ProcessHandle worker = executor.parent().orElseThrow();
    kill("KILL", worker);
    kill("KILL", executor); // As of a machine that is gone.
    Distribution.Ended ended = ended(run, out);
    assertEquals(0, ended.code(), ended.said());
    assertSameAsLocal(out);
    assertEquals(Map.of(train, 2), startedMoreThanOnce());
    assertEquals(ALL_FINISHED, TinySweep.runs(out));
  }

  private static Process run(Path out, String... options) throws IOException {
    Object[] all = Stream.concat(LONG.stream(), Stream.of(options)).toArray();
    return Distribution.start(log(out), Map.of(), "bin/espalier", cluster.words(config, out, all));
  }

  private static Distribution.Ended ended(Process run, Path out) throws Exception {
    return Distribution.ended(run, log(out));
  }

  private static Path log(Path out) {
    return Path.of(out + ".log");
  }

  /** Waits until an executor has begun a stage: its process. */
  private static ProcessHandle awaitMarker(Path out, String stage, Process run) throws Exception {
    Path files = out.resolve("stages").resolve(stage);
    while (run.isAlive()) {
      String[] names = files.toFile().list();
      for (String name : names == null ? new String[0] : names) {
        Matcher marker = MARKER.matcher(name);
        if (marker.matches()) {
          return ProcessHandle.of(Long.parseLong(marker.group(1))).orElseThrow();
        }
      }
      Thread.sleep(5);
    }
    throw new AssertionError(Files.readString(log(out)));
  }

  private static void kill(String signal, ProcessHandle process) throws Exception {
    system("kill", "-" + signal, "" + process.pid());
  }

  private static void system(String... command) throws Exception {
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  private static void assertSameAsLocal(Path out) throws IOException {
    assertEquals(TinySweep.results(local), TinySweep.results(out));
    assertEquals(ALL_COMPLETED, TinySweep.outcomes(out));
    assertEquals(TinySweep.STAGES, TinySweep.lines(out.resolve("stages.jsonl")).size());
    assertEquals(TinySweep.bits(local), TinySweep.bits(out));
  }

  private static void assertReasons(Path out, String reason) throws IOException {
    for (JsonNode line : TinySweep.lines(out.resolve("results.jsonl"))) {
      if (line.get("status").asText().equals("failed")) {
        assertTrue(line.get("reason").asText().contains(reason), line.toString());
      }
    }
  }

  /** By stage how often executors of this test began it, where that is more than once. */
  private Map<String, Integer> startedMoreThanOnce() throws IOException {
    Map<String, Integer> begun = new TreeMap<>();
    Matcher started = STARTED.matcher(newLogs());
    while (started.find()) {
      begun.merge(started.group(1), 1, Integer::sum);
    }
    begun.values().removeIf(count -> count == 1);
    Map<String, Integer> byStage = new TreeMap<>();
    for (JsonNode line : TinySweep.lines(local.resolve("stages.jsonl"))) {
      String id = line.get("stage").asText();
      begun.forEach(
          (brief, count) -> {
            if (id.startsWith(brief)) {
              byStage.put(id, count);
            }
          });
    }
    assertEquals(begun.size(), byStage.size());
    return byStage;
  }

  /** What the executors of this test wrote. */
  private String newLogs() throws IOException {
    List<Path> logs = new ArrayList<>(cluster.logs());
    logs.removeAll(earlierLogs);
    StringBuilder text = new StringBuilder();
    for (Path log : logs) {
      text.append(Files.readString(log));
    }
    return text.toString();
  }

  /** Reports of the JVM about a fatal error. */
  private static long crashReports() throws IOException {
    try (Stream<Path> files = Files.walk(cluster.folder().resolve("work"), 4)) {
      return files.filter(file -> file.getFileName().toString().startsWith("hs_err")).count();
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
