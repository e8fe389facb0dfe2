package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on a real S3 server, by real processes of the distribution. */
@Tag("clusters")
@EnabledOnOs({OS.LINUX, OS.MAC})
class S3Test {
  private static final Map<String, String> NOTHING = Map.of();

  @TempDir private static Path folder = Path.of("");

  private static S3Server server;
  private static S3Home home;
  private static Path config;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(Files.createDirectory(folder.resolve("server")));
    home = S3Home.in(folder.resolve("home"));
    config = TinySweep.config(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void aSweepThatWasKilledGoesOnAtItsAddress() throws Exception {
    String out = server.address("killed");
    Path log = folder.resolve("killed.log");
    Process killed = home.start(log, NOTHING, words(out));
    while (killed.isAlive() && !Files.readString(log).contains("[3/8]")) {
      Thread.sleep(20);
    }
    killed.destroyForcibly().waitFor();
    assertTrue(Files.readString(log).contains("[3/8]"), Files.readString(log));

    Distribution.Ended resumed = home.run(folder.resolve("resumed.log"), NOTHING, words(out));
    assertEquals(0, resumed.code(), resumed.said());
    assertFalse(resumed.said().contains("8 stages to run"), resumed.said());
    assertTrue(resumed.said().contains("8 trials completed, 0 failed, 0 left"), resumed.said());
    assertSameAsLocal(out);
  }

  @Test
  void executorsReachItByWhatTheDriverWasGiven() throws Exception {
    Path files = Files.createDirectories(folder.resolve("digits"));
    SmallDigits.write(files);
    server.put(files, "data/mnist");
    Path digits = Files.writeString(folder.resolve("digits.yaml"), SmallDigits.CONFIG);
    try (LocalCluster cluster = LocalCluster.start(folder.resolve("cluster"), 2, 1)) {
      String out = server.address("cluster");
      List<Object> words = new ArrayList<>(List.of("run", digits, "--out", out));
      words.addAll(List.of("--store", server.address("store"), "--data", server.address("data")));
      words.addAll(List.of("--tracking-uri", "none", "--master", cluster.master()));
      words.addAll(List.of("--properties-file", cluster.properties()));
      words.addAll(server.options());
      Map<String, String> cache = Map.of("ESPALIER_CACHE", folder.resolve("cache").toString());
      Distribution.Ended ended = home.run(folder.resolve("cluster.log"), cache, words);
      assertEquals(0, ended.code(), ended.said());
      assertTrue(ended.said().contains("2 trials completed, 0 failed, 0 left"), ended.said());
      assertFalse(ended.said().contains(S3Server.SECRET), ended.said());
      List<Path> written = new ArrayList<>(cluster.logs());
      written.addAll(cluster.events());
      for (Path file : written) {
        assertFalse(Files.readString(file).contains(S3Server.SECRET), file.toString());
      }
    }
    try (Stream<Path> stages = Files.list(server.bucket().resolve("store/stages"))) {
      assertEquals(SmallDigits.STAGES, stages.count());
    }
  }

  @Test
  void oneOfTwoProcessesHoldsALockEachTime() throws Exception {
    try (LockRace race = LockRace.between(2, folder, server)) {
      race.warmUp();
      long start = System.nanoTime();
      int close = 0;
      for (int i = 0; i < 200; i++) {
        close += race.run();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("200 races in %.1f s, %d decided by the server%n", seconds, close);
      assertTrue(seconds < 60, seconds + " s");
      assertTrue(close > 20, "a race in which one process is always first shows nothing: " + close);
    }
  }

  @Test
  void whatIsWrongIsSaidAndNothingIsWritten() throws Exception {
    refused("nobody answers at http://127.0.0.1:1;", "fs.s3a.endpoint=http://127.0.0.1:1");
    refused("does not let these credentials use the bucket sweeps", "fs.s3a.secret.key=another");
    refused(
        "must refuse to create a file that is there", "fs.s3a.create.conditional.enabled=false");
    refused("there is no bucket another at " + server.endpoint(), "s3a://another/refused");
    // As if another program had put them there: without the ETag by which S3's client reads a file.
    SmallDigits.write(Files.createDirectories(server.bucket().resolve("bare/mnist")));
    Path digits = Files.writeString(folder.resolve("bare.yaml"), SmallDigits.CONFIG);
    List<Object> reads = new ArrayList<>(List.of("run", digits, "--out", folder.resolve("bare")));
    reads.addAll(List.of("--data", server.address("bare")));
    reads.addAll(server.options());
    Map<String, String> cache = Map.of("ESPALIER_CACHE", folder.resolve("bare-cache").toString());
    Distribution.Ended bareData = home.run(folder.resolve("bare.log"), cache, reads);
    assertEquals(2, bareData.code(), bareData.said());
    assertTrue(
        bareData.said().contains("-ubyte: must be a file that can be copied to "), bareData.said());

    Map<String, String> noMetadata = Map.of("AWS_EC2_METADATA_DISABLED", "true");
    List<Object> bare = List.of("status", server.address("refused"));
    Distribution.Ended unknown = home.run(folder.resolve("unknown.log"), noMetadata, bare);
    assertEquals(2, unknown.code(), unknown.said());
    assertTrue(unknown.said().contains("no credentials for the bucket sweeps"), unknown.said());

    Distribution.Ended plain =
        Distribution.espalier(folder.resolve("plain.log"), words(server.address("x")).toArray());
    assertEquals(2, plain.code(), plain.said());
    if (Distribution.names("lib").stream().noneMatch(jar -> jar.startsWith("hadoop-aws"))) {
      assertTrue(plain.said().contains("org.apache.hadoop:hadoop-aws:3.5.0"), plain.said());
      assertTrue(plain.said().contains("software.amazon.awssdk:bundle:2.35.4"), plain.said());
    }
    Path refused = server.bucket().resolve("refused");
    if (Files.exists(
        refused)) { // An empty folder, where it was tried whether files can be written.
      try (Stream<Path> left = Files.walk(refused)) {
        assertEquals(List.of(refused), left.toList());
      }
    }
  }

  /**
   * @param wrong a setting of Hadoop, or the address of the sweep
   */
  private static void refused(String message, String wrong) throws Exception {
    boolean isAddress = wrong.startsWith("s3a:");
    List<Object> words = words(isAddress ? wrong : server.address("refused"));
    if (!isAddress) {
      words.addAll(List.of("--conf", "spark.hadoop." + wrong));
    }
    Distribution.Ended ended = home.run(folder.resolve("refused.log"), NOTHING, words);
    assertEquals(2, ended.code(), ended.said());
    assertTrue(ended.said().contains(message), ended.said());
    assertFalse(ended.said().contains(S3Server.SECRET), ended.said());
  }

  private static List<Object> words(String out) {
    List<Object> words =
        new ArrayList<>(List.of("run", config, "--out", out, "--tracking-uri", "none"));
    words.addAll(server.options());
    return words;
  }

  /**
   * Makes the same in a folder, and reads what is there as a person does who has a core-site.xml.
   */
  private static void assertSameAsLocal(String out) throws Exception {
    Path local = folder.resolve("local");
    Distribution.Ended ended =
        Distribution.espalier(folder.resolve("local.log"), "run", config, "--out", local);
    assertEquals(0, ended.code(), ended.said());
    Map<String, String> site = Map.of("HADOOP_CONF_DIR", server.site().toString());
    Path copy = folder.resolve("copy");
    Distribution.Ended fetched =
        home.run(folder.resolve("fetch.log"), site, List.of("fetch", out, copy));
    assertEquals(0, fetched.code(), fetched.said());
    assertEquals(TinySweep.results(local), TinySweep.results(copy));
    assertEquals(TinySweep.bits(local), TinySweep.bits(copy));
    assertEquals(TinySweep.STAGES, TinySweep.lines(copy.resolve("stages.jsonl")).size());
  }
}
