package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.espalier.sweep.mlflow.FlakyServer.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that fails never fails the sweep, and what is missing can be sent later. */
class MlflowFailureTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final TrackedSweep SWEEP = MlflowLogTest.sweep("s", "shapes", Map.of(), Map.of());
  private static final int TRIALS = 10;

  @TempDir Path folder = Path.of("");

  @Test
  void triesAgainWhatAServerRefusedOnce() throws Exception {
    try (FlakyServer server =
            new FlakyServer(folder, (path, n) -> n % 5 == 3 ? Fault.REFUSE : Fault.NONE);
        MlflowLog log = open(server.uri(), Duration.ofSeconds(20))) {
      send(log);
      assertEquals(List.of(), log.problems());
      assertEquals(0, log.unsent());
    }
    assertEquals(TRIALS + 1, count("runs WHERE status = 'FINISHED'"));
  }

  @Test
  void makesNoRunTwiceWhenAnswersGetLost() throws Exception {
    try (FlakyServer server =
            new FlakyServer(
                folder,
                (path, n) -> path.endsWith("runs/create") ? Fault.LOSE_ANSWER : Fault.NONE);
        MlflowLog log = open(server.uri(), Duration.ofSeconds(20))) {
      send(log);
      assertEquals(List.of(), log.problems());
    }
    // MLflow's client asks three times by itself, so the server made more; all but one are deleted.
    assertTrue(count("runs") > TRIALS + 1);
    assertEquals(TRIALS + 1, count("runs WHERE lifecycle_stage = 'active'"));
    assertEquals(
        TRIALS + 1, count("runs WHERE lifecycle_stage = 'active' AND status = 'FINISHED'"));
    assertEquals(
        2 * TRIALS,
        count(
            "params p JOIN runs r ON p.run_uuid = r.run_uuid WHERE r.lifecycle_stage = 'active'"));
  }

  /** The same config in another folder: the same experiment, and the same keys of trials. */
  @Test
  void takesNoRunOfAnotherSweepForOneWhoseAnswerGotLost() throws Exception {
    try (MlflowLog other = MlflowLog.embedded(folder)) {
      send(other, MlflowLogTest.sweep("other", "shapes", Map.of(), Map.of()));
    }
    // The parent run is made; then MLflow's client asks three times for the first trial's.
    AtomicInteger creations = new AtomicInteger();
    try (FlakyServer server =
            new FlakyServer(
                folder,
                (path, n) -> {
                  int number = path.endsWith("runs/create") ? creations.getAndIncrement() : 0;
                  return number >= 1 && number <= 3 ? Fault.REFUSE : Fault.NONE;
                });
        MlflowLog log = open(server.uri(), Duration.ofSeconds(20))) {
      send(log);
      assertEquals(List.of(), log.problems());
    }
    assertEquals(2 * (TRIALS + 1), count("runs WHERE status = 'FINISHED'"));
  }

  /** One at a time: with several senders, the second try of a call might meet a later one. */
  @Test
  void findsAgainTheRunsThatABrokenConnectionLeftBehind() throws Exception {
    Path all = folder;
    for (int first : List.of(4, 9, 13, 17, 22, 26)) {
      folder = all.resolve("broken at " + first);
      try (FlakyServer server =
              new FlakyServer(folder, (path, n) -> n == first ? Fault.BREAK : Fault.NONE);
          MlflowLog log = open(server.uri(), Duration.ofSeconds(20))) {
        send(log);
        assertEquals(List.of(), log.problems());
      }
      assertEquals(
          TRIALS + 1, count("runs WHERE lifecycle_stage = 'active' AND status = 'FINISHED'"));
    }
  }

  @Test
  void givesUpAServerThatHangsAndCountsWhatIsMissing() throws Exception {
    try (FlakyServer server = new FlakyServer(folder, (path, n) -> Fault.HANG);
        MlflowLog log = open(server.uri(), SECOND)) {
      send(log);
      assertEquals(TRIALS + 3, log.unsent());
      assertTrue(
          log.problems().get(0).contains("no answer from " + server.uri() + " within 1000 ms"),
          log.problems().toString());
      assertTrue(log.problems().get(1).contains("nothing more is sent"), log.problems().toString());
      assertEquals(3, server.requests().size(), "each waits for a second");
    }
  }

  @Test
  void givesUpAServerThatIsNotThere() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (MlflowLog log = open("http://127.0.0.1:" + port, Duration.ofSeconds(5))) {
      send(log);
      assertEquals(TRIALS + 3, log.unsent());
      assertTrue(log.problems().get(0).contains("cannot be reached"), log.problems().toString());
    }
  }

  @Test
  void sendsLaterWhatAServerMissedThatWentAwayHalfWay() throws Exception {
    Path store = folder.resolve("store");
    try (FlakyServer server =
            new FlakyServer(store, (path, n) -> n < 30 ? Fault.NONE : Fault.BREAK);
        MlflowLog log = open(server.uri(), SECOND)) {
      send(log);
      assertTrue(log.unsent() > 1 && log.unsent() < TRIALS, "unsent: " + log.unsent());
    }
    for (int i = 0; i < 2; i++) {
      try (MlflowLog log = MlflowLog.embedded(store)) {
        send(log);
        assertEquals(List.of(), log.problems());
      }
    }
    folder = store;
    assertEquals(TRIALS + 1, count("runs"));
    assertEquals(TRIALS + 1, count("runs WHERE status = 'FINISHED'"));
    assertEquals(2 * TRIALS, count("params"));
    assertEquals(4 * TRIALS, count("metrics"));
  }

  @Test
  void asksOnlyOnceMoreWhatAServerForbids() throws Exception {
    List<String> authorizations = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
    String uri = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    Map<String, String> environment =
        Map.of(
            "MLFLOW_TRACKING_USERNAME",
            "me",
            "MLFLOW_TRACKING_PASSWORD",
            "pw",
            "MLFLOW_TRACKING_TOKEN",
            "t");
    try (MlflowLog log = MlflowLog.open(uri, SECOND, environment)) {
      send(log);
      assertEquals(TRIALS + 3, log.unsent());
      assertTrue(log.problems().get(0).contains(" 403 "), log.problems().toString());
    } finally {
      server.stop(0);
    }
    // Three times three, by MLflow's client itself, and none of ours on top.
    assertEquals(9, authorizations.size());
    assertEquals(Set.of("Basic bWU6cHc="), Set.copyOf(authorizations));
  }

  private static MlflowLog open(String uri, Duration timeout) {
    return MlflowLog.open(uri, timeout, Map.of());
  }

  private static void send(MlflowLog log) {
    send(log, SWEEP);
  }

  private static void send(MlflowLog log, TrackedSweep sweep) {
    log.begin(sweep);
    for (int i = 0; i < TRIALS; i++) {
      log.trial(MlflowLogTest.trial("t" + i, i / 10.0));
    }
    MlflowLogTest.finish(log, Set.of("t3", "t5"), "t5");
    log.drain();
  }

  private int count(String what) throws SQLException, IOException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("mlflow.db"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + what)) {
      return rows.getInt(1);
    }
  }
}
