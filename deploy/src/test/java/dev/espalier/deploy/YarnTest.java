package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on a real YARN: real servers of Hadoop, real containers, on loopback. */
@Tag("clusters")
@EnabledOnOs(OS.LINUX) // for /proc
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class YarnTest {
  private static final String STARTED = "SparkExecutor: started ";
  private static final String DONE = "SparkExecutor: done ";
  private static final int MOST_SECONDS = 300;

  @TempDir private static Path folder = Path.of("");

  private static LocalYarn yarn;
  private static Path config;

  /** The same sweep in one process, to which nothing happens. */
  private static Path local;

  /** Settings that take all jars from where they lie, and little memory for the driver. */
  private static Path properties;

  @BeforeAll
  static void startAndRunTheSameInOneProcess() throws Exception {
    config = TinySweep.config(folder);
    local = folder.resolve("local");
    Path log = folder.resolve("local.log");
    Process alone =
        Distribution.start(log, Map.of(), "bin/espalier", "run", config, "--out", local);
    yarn = LocalYarn.start(folder.resolve("yarn"));
    properties =
        Files.writeString(
            folder.resolve("near.conf"),
            """
            spark.driver.memory 640m
            spark.driver.memoryOverhead 640m
            spark.yarn.jars local:%1$s/spark/jars/*
            spark.driver.extraClassPath %1$s/lib/*
            spark.executor.extraClassPath %1$s/lib/*
            """
                .formatted(Distribution.HOME));
    Distribution.Ended ended = Distribution.ended(alone, log);
    assertEquals(0, ended.code(), ended.said());
  }

  @AfterAll
  static void stop() throws Exception {
    yarn.close();
  }

  @Test
  @Order(1)
  void aDriverHereOutlivesAKilledExecutor() throws Exception {
    String out = yarn.hdfs("/sweeps/client");
    Path log = folder.resolve("client.log");
    Object[] words = {
      "run",
      config,
      "--out",
      out,
      "--tracking-uri",
      "none",
      "--master",
      "yarn",
      "--slots",
      2,
      "--properties-file",
      yarn.properties()
    };
    Process running = yarn.espalier(log, words);
    String application = awaitApplication(Set.of(), running, log);
    LocalYarn.container(awaitLog(application, STARTED)).destroyForcibly();
    Distribution.Ended ended = Distribution.ended(running, log);
    assertEquals(0, ended.code(), ended.said());
    assertTrue(ended.said().contains("8 stages to run, 2 at a time"), ended.said());
    assertEquals("SUCCEEDED", yarn.ended(application).status());
    assertSameAsLocal(out, "client-home");

    Distribution.Ended again = Distribution.ended(yarn.espalier(log, words), log);
    assertEquals(0, again.code(), again.said());
    assertTrue(again.said().contains("Nothing to run"), again.said());
    assertEquals(List.of(application), yarn.applications());
  }

  @Test
  @Order(2)
  void aKilledApplicationMasterIsFollowedByAnotherWhichRepeatsNothingFinished() throws Exception {
    Set<String> earlier = new HashSet<>(yarn.applications());
    String out = yarn.hdfs("/sweeps/cluster");
    Path log = folder.resolve("cluster.log");
    Process submitted = submit(log, "--out", out, "--tracking-uri", "none");
    String application = awaitApplication(earlier, submitted, log);
    Path driver = awaitLog(application, "Starting the user application");
    String first = awaitLine(application, DONE);
    LocalYarn.container(driver.resolveSibling("stderr")).destroyForcibly();
    Distribution.Ended ended = Distribution.ended(submitted, log);
    assertEquals(0, ended.code(), ended.said());
    LocalYarn.Application app = yarn.application(ended.said());
    assertEquals("SUCCEEDED", app.status(), app.diagnostics());
    assertEquals(2, app.attempts());
    assertSameAsLocal(out, "cluster-home");
    String label = first.replaceAll(".*" + DONE + "(.*) in .*", "$1");
    assertEquals(1, lines(application, "stderr", STARTED + label + ",").size(), label);
  }

  /** At once: each application master takes its time to start. */
  @Test
  @Order(3)
  void yarnKnowsHowASweepHasEndedAndAttemptsNoneTwice() throws Exception {
    Path again = folder.resolve("again.log");
    Path bad = folder.resolve("bad.log");
    Path failing = folder.resolve("failing.log");
    Process repeated =
        submit(again, "--out", yarn.hdfs("/sweeps/cluster"), "--tracking-uri", "none");
    Process refused = submit(bad, "--out", folder.resolve("here"), "--tracking-uri", "none");
    Process diverging =
        submit(
            failing,
            "--out",
            yarn.hdfs("/sweeps/failing"),
            "--tracking-uri",
            "none",
            "--set",
            "fine-tune={learning-rate: 10, weight-decay: 1}",
            "--set",
            "grid.fine-tune-epochs=[0,8]");

    LocalYarn.Application finished = ended(repeated, again, 0, "SUCCEEDED");
    assertFalse(lines(finished.id(), "stdout", "Nothing to run").isEmpty());

    LocalYarn.Application usage = ended(refused, bad, 1, "FAILED");
    assertTrue(
        usage.diagnostics().contains("exit code 2: --out: must be an address"),
        usage.diagnostics());
    assertFalse(Files.exists(folder.resolve("here")));

    LocalYarn.Application failed = ended(diverging, failing, 1, "FAILED");
    assertTrue(failed.diagnostics().contains("exit code 1"), failed.diagnostics());
    Path home = fetch(yarn.hdfs("/sweeps/failing"), "failing-home");
    assertEquals(Map.of("completed", 4, "failed", 4), TinySweep.outcomes(home));
  }

  @Test
  @Order(4)
  void stoppedNothingOfItIsLeft() throws Exception {
    List<ProcessHandle> servers = new ArrayList<>();
    for (String name : List.of("name-node", "data-node", "resource-manager", "node-manager")) {
      servers.add(yarn.process(name));
    }
    assertEquals(0, yarn.script("status").code());
    yarn.script("stop");
    servers.forEach(server -> assertFalse(server.isAlive()));
    assertEquals(1, yarn.script("status").code());
    Path log = folder.resolve("stopped.log");
    Distribution.Ended away =
        Distribution.ended(
            yarn.espalier(log, "run", config, "--out", folder.resolve("x"), "--master", "yarn"),
            log);
    assertEquals(2, away.code(), away.said());
    assertTrue(
        away.said().contains("must have a ResourceManager that answers, found none at 127.0.0.1:"),
        away.said());
    assertFalse(Files.exists(folder.resolve("x")));
  }

  private static Process submit(Path log, Object... options) throws IOException {
    List<Object> words = new ArrayList<>(List.of("yarn", "file:" + config));
    words.addAll(List.of(options));
    return Distribution.start(
        log, yarn.environmentOfUsers(properties), "deploy/submit.sh", words.toArray());
  }

  /** How an application ended that must have been attempted once. */
  private static LocalYarn.Application ended(Process process, Path log, int code, String status)
      throws Exception {
    Distribution.Ended ended = Distribution.ended(process, log);
    assertEquals(code, ended.code(), ended.said());
    LocalYarn.Application application = yarn.application(ended.said());
    assertEquals(status, application.status(), application.diagnostics());
    assertEquals(1, application.attempts());
    return application;
  }

  /** Waits for an application besides {@code earlier}, which {@code process} asks YARN for. */
  private static String awaitApplication(Set<String> earlier, Process process, Path log)
      throws Exception {
    for (int i = 0; i < MOST_SECONDS * 10 && process.isAlive(); i++) {
      for (String id : yarn.applications()) {
        if (!earlier.contains(id)) {
          return id;
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no application: " + Files.readString(log));
  }

  private static Path awaitLog(String application, String words) throws Exception {
    for (int i = 0; i < MOST_SECONDS * 20; i++) {
      for (Path log : yarn.logs(application, "stderr")) {
        if (Files.readString(log).contains(words)) {
          return log;
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no log of " + application + " says " + words);
  }

  private static String awaitLine(String application, String words) throws Exception {
    Path log = awaitLog(application, words);
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains(words))
        .findFirst()
        .orElseThrow();
  }

  /** The lines with {@code words} of all its logs with this name. */
  private static List<String> lines(String application, String name, String words)
      throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path log : yarn.logs(application, name)) {
      Files.readAllLines(log).stream().filter(line -> line.contains(words)).forEach(lines::add);
    }
    return lines;
  }

  private static Path fetch(String out, String name) throws Exception {
    Path home = folder.resolve(name);
    Path log = folder.resolve(name + ".log");
    Distribution.Ended fetched = Distribution.ended(yarn.espalier(log, "fetch", out, home), log);
    assertEquals(0, fetched.code(), fetched.said());
    return home;
  }

  /** Each stage and each result is there once, and equal to that of one process. */
  private static void assertSameAsLocal(String out, String name) throws Exception {
    Path home = fetch(out, name);
    assertEquals(TinySweep.results(local), TinySweep.results(home));
    assertEquals(TinySweep.bits(local), TinySweep.bits(home));
    List<JsonNode> stages = TinySweep.lines(home.resolve("stages.jsonl"));
    assertEquals(TinySweep.STAGES, stages.size());
    assertEquals(
        TinySweep.results(local).size(), TinySweep.lines(home.resolve("results.jsonl")).size());
  }
}
