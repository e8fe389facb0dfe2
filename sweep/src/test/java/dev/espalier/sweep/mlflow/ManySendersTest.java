package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.mlflow.FlakyServer.Fault;
import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.run.ProcessorTime;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import dev.espalier.sweep.trackingserver.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** Several trials are sent at a time, by one sender or by two, and what is left is the same. */
@Tag("slow")
class ManySendersTest {
  private static final TrackedSweep SWEEP =
      MlflowLogTest.sweep("s", "shapes", Map.of("grid", "x"), Map.of("dataset", "shapes"));
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder = Path.of("");

  /** On the processor; the clock on the wall tells what else this machine does. */
  @Test
  void aTrialReachesTheEmbeddedServerInATwentiethOfASecond() throws Exception {
    List<TrackedTrial> trials = IntStream.range(0, 300).mapToObj(ManySendersTest::usual).toList();
    double cheapest = Double.MAX_VALUE;
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(SWEEP);
      log.drain();
      for (int from = 0; from < 300; from += 100) {
        double start = ProcessorTime.seconds();
        trials.subList(from, from + 100).forEach(log::trial);
        log.drain();
        cheapest = Math.min(cheapest, (ProcessorTime.seconds() - start) / 100);
      }
      assertEquals(List.of(), log.problems());
    }
    System.out.printf("processor time of a trial and the embedded server: %.4f s%n", cheapest);
    assertTrue(cheapest <= 0.05, "processor seconds a trial: " + cheapest);
    assertEquals(301, new Store(folder).count("runs"));
    assertEquals(300 * 45, new Store(folder).count("metrics"));
  }

  @Test
  void aServerThatIsFarAwayIsAskedForFourTrialsAtATime() throws Exception {
    List<TrackedTrial> trials = IntStream.range(0, 40).mapToObj(ManySendersTest::usual).toList();
    try (FlakyServer server = new FlakyServer(folder, (path, n) -> Fault.SLOW);
        MlflowLog log = open(server.uri(), "")) {
      send(log, trials, "t7");
      assertEquals(List.of(), log.problems());
      assertEquals(4, server.mostAtOnce());
    }
  }

  @Test
  void theOrderOfTrialsLeavesNoTrace() throws Exception {
    List<TrackedTrial> trials = new ArrayList<>();
    IntStream.range(0, 40).mapToObj(ManySendersTest::usual).forEach(trials::add);
    List<List<String>> seen = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      Path store = folder.resolve("store" + seed);
      Collections.shuffle(trials, new Random(seed));
      try (MlflowLog log = MlflowLog.embedded(store)) {
        send(log, trials, "t7");
        assertEquals(List.of(), log.problems());
      }
      seen.add(new Store(store).seen());
    }
    assertSame(seen.get(0), seen.get(1));
    assertSame(seen.get(0), seen.get(2));
  }

  @RepeatedTest(5)
  void twoSendersAtOnceLeaveOneRunForEachTrial(RepetitionInfo repetition) throws Exception {
    List<TrackedTrial> trials = IntStream.range(0, 40).mapToObj(ManySendersTest::usual).toList();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (EmbeddedServer server = EmbeddedServer.start(folder.resolve("two"))) {
      List<Future<List<String>>> problems = new ArrayList<>();
      for (int sender = 0; sender < 2; sender++) {
        List<TrackedTrial> shuffled = new ArrayList<>(trials);
        Collections.shuffle(
            shuffled, new Random(100L * sender + repetition.getCurrentRepetition()));
        problems.add(
            threads.submit(
                () -> {
                  try (MlflowLog log = open(server.uri(), server.token())) {
                    send(log, shuffled, "t7");
                    return log.problems();
                  }
                }));
      }
      for (Future<List<String>> sender : problems) {
        assertEquals(List.of(), sender.get());
      }
    } finally {
      threads.shutdownNow();
    }
    try (MlflowLog log = MlflowLog.embedded(folder.resolve("one"))) {
      send(log, trials, "t7");
    }
    assertSame(new Store(folder.resolve("one")).seen(), new Store(folder.resolve("two")).seen());
  }

  @Test
  void twoThatDeletedEachOthersRunBringOneBack() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(folder);
        MlflowLog log = open(server.uri(), server.token());
        MlflowClient other =
            new MlflowClient(new BasicMlflowHostCreds(server.uri(), server.token()))) {
      log.begin(SWEEP);
      log.trial(usual(1));
      log.drain();
      other.deleteRun(new Store(folder).rows("SELECT run_uuid FROM runs WHERE name = 't1'").get(0));
      MlflowLogTest.finish(log, Set.of("t1"), "t1");
      log.drain();
      assertEquals(List.of(), log.problems());
    }
    assertEquals(
        List.of("shapes|active|FINISHED", "t1|active|FINISHED"),
        new Store(folder).rows("SELECT name, lifecycle_stage, status FROM runs ORDER BY name"));
  }

  @Test
  void aSenderThatDiedBetweenAnyTwoCallsIsMadeGoodByTheNext() throws Exception {
    List<TrackedTrial> trials = IntStream.range(0, 4).mapToObj(ManySendersTest::usual).toList();
    Path whole = folder.resolve("whole");
    int calls;
    try (FlakyServer server = new FlakyServer(whole, (path, n) -> Fault.NONE);
        MlflowLog log = open(server.uri(), "")) {
      send(log, trials, "t2");
      calls = server.requests().size();
    }
    List<String> once = new Store(whole).seen();
    for (int last = 1; last < calls; last += 3) {
      Path store = folder.resolve("died after " + last);
      int end = last;
      // The answer to its last call gets lost as well.
      try (FlakyServer server =
              new FlakyServer(
                  store,
                  (path, n) -> n < end ? Fault.NONE : n == end ? Fault.LOSE_ANSWER : Fault.BREAK);
          MlflowLog log = MlflowLog.open(server.uri(), Duration.ofMillis(500), Map.of())) {
        send(log, trials, "t2");
        assertTrue(log.unsent() > 0, "died after " + last);
      }
      try (MlflowLog log = MlflowLog.embedded(store)) {
        send(log, trials, "t2");
        assertEquals(List.of(), log.problems());
      }
      assertEquals(once, new Store(store).seen(), "died after call " + last + " of " + calls);
    }
  }

  private static void assertSame(List<String> expected, List<String> found) {
    List<String> missing = new ArrayList<>(expected);
    found.forEach(missing::remove);
    List<String> more = new ArrayList<>(found);
    expected.forEach(more::remove);
    assertEquals(List.of(), missing, "missing, where these are too many: " + more);
    assertEquals(List.of(), more);
  }

  private static MlflowLog open(String uri, String token) {
    return MlflowLog.open(uri, TIMEOUT, Map.of("MLFLOW_TRACKING_TOKEN", token));
  }

  private static void send(MlflowLog log, List<TrackedTrial> trials, String knee) {
    log.begin(SWEEP);
    trials.forEach(log::trial);
    MlflowLogTest.finish(log, Set.of("t1", knee), knee);
    log.drain();
  }

  /** As large as those of a sweep: 20 epochs of two curves, 5 results, 5 parameters. */
  private static TrackedTrial usual(int number) {
    List<CurvePoint> curve = new ArrayList<>();
    for (int epoch = 1; epoch <= 20; epoch++) {
      curve.add(new CurvePoint("val/accuracy", epoch, epoch / 30.0, 2_000 + epoch));
      curve.add(new CurvePoint("train/loss", epoch, 1.0 / epoch, 2_000 + epoch));
    }
    Map<String, Double> results = new HashMap<>(Map.of("val/accuracy", 0.9, "test/accuracy", 0.8));
    results.putAll(Map.of("size/compressed_bytes", 1e6 + number, "macs/nonzero", 5.0, "a/b", 1.0));
    return new TrackedTrial(
        "t" + number,
        "t" + number,
        Map.of("sparsity", "0." + number, "bits", "4", "seed", "1", "scope", "flat", "a", "b"),
        results,
        curve,
        false,
        null,
        2_000 + number,
        3_000 + number,
        Map.of("trial.name", "t" + number));
  }
}
