package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

/** A sweep on a real standalone cluster: real processes of the distribution, on loopback. */
@Tag("slow")
@EnabledOnOs({OS.LINUX, OS.MAC})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
  @TempDir private static Path folder = Path.of("");

  private static LocalCluster cluster;
  private static Path local;
  private static Process stranger;

  @BeforeAll
  static void startAndRunTheSameInOneProcess() throws Exception {
    local = folder.resolve("local");
    Distribution.Ended ended =
        Distribution.espalier(
            folder.resolve("local.log"), "run", TinySweep.config(folder), "--out", local);
    assertEquals(0, ended.code(), ended.said());
    cluster = LocalCluster.start(folder.resolve("cluster"), 2, 1);
    // Spark takes a minute to give up on a master that does not take it: the others go on
    // meanwhile.
    stranger =
        Distribution.start(
            folder.resolve("stranger.log"),
            Map.of(),
            "bin/espalier",
            "run",
            TinySweep.config(folder),
            "--out",
            folder.resolve("stranger"),
            "--master",
            cluster.master());
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  @Order(1)
  void itsResultsAreThoseOfOneProcessBitForBit() throws Exception {
    Path out = folder.resolve("client");
    Distribution.Ended ended = run(out);
    assertEquals(0, ended.code(), ended.said());
    assertTrue(ended.said().contains("8 stages to run, 2 at a time"), ended.said());
    assertTrue(ended.said().contains("[8/8]"), ended.said());
    assertSameAsLocal(out);
    Distribution.Ended verify =
        Distribution.espalier(folder.resolve("verify.log"), "verify", out, "--trials", 2);
    assertEquals(0, verify.code(), verify.said());
    assertTrue(verify.said().contains("Verifying 2 of 8 completed trials"), verify.said());

    Distribution.Ended again = run(out);
    assertEquals(0, again.code(), again.said());
    assertTrue(again.said().contains("Nothing to run"), again.said());
    assertFalse(again.said().contains("Starting Spark"), again.said());
  }

  @Test
  @Order(2)
  void executorsHadOneStageAtATimeAndTheirLogsSayWhich() throws IOException {
    String logs = logs();
    for (JsonNode stage : TinySweep.lines(local.resolve("stages.jsonl"))) {
      String brief = stage.get("stage").asText().substring(0, 12);
      assertEquals(1, count(logs, "stage " + brief + ", attempt 1"), brief);
    }
    assertTrue(logs.indexOf("started fine-tune resnet18 w=0.0625 s=0.5 flat epoch 1") > 0);
  }

  @Test
  @Order(3)
  void sparkKnowsEachStageByItsNameAndNoSecretIsInItsEvents() throws IOException {
    Set<String> descriptions = new TreeSet<>();
    String events = "";
    for (Path file : cluster.events()) {
      events += Files.readString(file);
      for (JsonNode event : TinySweep.lines(file)) {
        if (event.get("Event").asText().equals("SparkListenerJobStart")) {
          descriptions.add(event.get("Properties").path("spark.job.description").asText());
        }
      }
    }
    assertTrue(
        descriptions.contains("fine-tune resnet18 w=0.0625 s=0.5 flat epoch 1"), "" + descriptions);
    String secret =
        Files.readAllLines(cluster.properties()).stream()
            .filter(line -> line.startsWith("spark.authenticate.secret "))
            .collect(Collectors.joining())
            .split(" ", 2)[1];
    assertEquals(64, secret.length());
    assertFalse(events.contains(secret));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.properties())));
  }

  @Test
  @Order(4)
  void aDriverInTheClusterEndsInTheSameResultsByAddressesAlone() throws Exception {
    Path out = folder.resolve("cluster-mode");
    Distribution.Ended ended = submit("--out", "file:" + out, "--tracking-uri", "none");
    assertTrue(ended.said().contains("is FINISHED"), ended.said());
    assertFalse(Files.exists(out.resolve("mlflow.db")));
    assertFalse(Files.exists(out.resolve("stages.jsonl")), "records instead");
    Path home = folder.resolve("home");
    Distribution.Ended fetched =
        Distribution.espalier(folder.resolve("fetch.log"), "fetch", "file:" + out, home);
    assertTrue(fetched.said().startsWith("8 of 8 trials of tiny are in "), fetched.said());
    assertSameAsLocal(home);

    Distribution.Ended again = submit("--out", "file:" + out, "--tracking-uri", "none");
    assertTrue(again.said().contains("is FINISHED"), again.said());
    assertTrue(logs().contains("Nothing to run"));
  }

  @Test
  @Order(5)
  void aDriverInTheClusterKeepsNoRunsOfItsOwn() throws Exception {
    Path out = folder.resolve("embedded");
    Distribution.Ended ended = submit("--out", out);
    assertTrue(ended.said().contains("is FAILED"), ended.said());
    assertTrue(
        logs()
            .contains("--tracking-uri: must be given where the driver runs in the Spark cluster"));
    Distribution.Ended path = submit("--out", out, "--tracking-uri", "none");
    assertTrue(path.said().contains("is FAILED"), path.said());
    assertTrue(
        logs().contains("--out: must be an address where the driver runs in the Spark cluster"));
    assertFalse(Files.exists(out));
  }

  @Test
  @Order(6)
  void theHistoryServerShowsTheSweep() throws Exception {
    Distribution.Ended started = cluster.script("history");
    assertEquals(0, started.code(), started.said());
    URI applications =
        URI.create("http://127.0.0.1:%d/api/v1/applications".formatted(cluster.port() + 2003));
    String answer = "";
    for (int i = 0; i < 100 && !answer.contains("\"name\" : \"espalier\""); i++) {
      Thread.sleep(200);
      answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(applications).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
    }
    assertTrue(answer.contains("\"name\" : \"espalier\""), answer);
  }

  @Test
  @Order(7)
  void anotherSecretIsRefusedBeforeAnythingStarts() throws Exception {
    Distribution.Ended ended = Distribution.ended(stranger, folder.resolve("stranger.log"));
    assertEquals(2, ended.code(), ended.said());
    assertTrue(ended.said().contains("share its spark.authenticate.secret"), ended.said());
    assertFalse(Files.exists(folder.resolve("stranger/spec.yaml")));
  }

  @Test
  @Order(8)
  void stoppedNothingOfItIsLeft() throws Exception {
    ProcessHandle master = cluster.process("master");
    ProcessHandle worker = cluster.process("worker-2");
    cluster.script("stop");
    assertFalse(master.isAlive());
    assertFalse(worker.isAlive());
    assertEquals(1, cluster.script("status").code());
    assertFalse(Files.exists(cluster.properties()));
  }

  private static Distribution.Ended run(Path out) throws Exception {
    return Distribution.espalier(
        Path.of(out + ".log"),
        "run",
        TinySweep.config(folder),
        "--out",
        out,
        "--master",
        cluster.master(),
        "--properties-file",
        cluster.properties());
  }

  private static Distribution.Ended submit(Object... options) throws Exception {
    Path log = folder.resolve("submit.log");
    Object[] words = new Object[options.length + 2];
    words[0] = cluster.master();
    words[1] = "file:" + TinySweep.config(folder);
    System.arraycopy(options, 0, words, 2, options.length);
    Map<String, String> environment =
        Map.of("SPARK_PROPERTIES", cluster.properties().toString(), "SPARK_LOCAL_IP", "127.0.0.1");
    return Distribution.ended(Distribution.start(log, environment, "deploy/submit.sh", words), log);
  }

  /** What its executors and drivers have said. */
  private static String logs() throws IOException {
    StringBuilder logs = new StringBuilder();
    for (Path log : cluster.logs()) {
      logs.append(Files.readString(log));
    }
    return logs.toString();
  }

  private static void assertSameAsLocal(Path out) throws IOException {
    assertEquals(TinySweep.results(local), TinySweep.results(out));
    assertEquals(TinySweep.STAGES, TinySweep.lines(out.resolve("stages.jsonl")).size());
    assertEquals(TinySweep.bits(local), TinySweep.bits(out));
  }

  private static int count(String text, String words) {
    return text.split(Pattern.quote(words), -1).length - 1;
  }
}
