package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sweeps to which something happens. */
class TroubleTest {
  @TempDir private Path folder = Path.of("");

  @Test
  @Tag("slow")
  void aTrackingServerThatIsAwayStopsNothingAndTrackSendsAllLater() throws Exception {
    Path config = TinySweep.config(folder, 1, "0.01");
    Path out = folder.resolve("out");
    String away = "http://127.0.0.1:" + closedPort();
    Said run = Said.by("run", config, "--out", out, "--tracking-uri", away);
    assertEquals(Main.DONE, run.code(), run.err());
    assertEquals(TinySweep.TRIALS, TinySweep.results(out).size());
    assertTrue(run.err().matches("(?s)tracking: \\d+ records were not sent: .*"), run.err());
    assertTrue(
        run.err().contains("nothing is lost: espalier track " + out + " --to URI sends them later"),
        run.err());

    Said still = Said.by("track", out, "--to", away);
    assertEquals(Main.TRIALS_FAILED, still.code());
    assertTrue(still.err().contains("records were not sent"), still.err());
    assertEquals(Main.DONE, Said.by("track", out, "--to", "embedded").code());
    assertEquals(
        List.of("FINISHED|" + (1 + TinySweep.TRIALS)),
        TinySweep.rows(out, "SELECT status, count(*) FROM runs GROUP BY status"));
  }

  /**
   * Each step turns a weight w into about -9 w, so that 64 steps overflow whatever the gradient.
   */
  @Test
  void aTrialThatDivergesFailsAloneWithItsReasonEverywhere() throws Exception {
    Path config = TinySweep.config(folder, 1, "10, weight-decay: 1");
    Path out = folder.resolve("out");
    Said run =
        Said.by(
            "run",
            config,
            "--out",
            out,
            "--set",
            "grid.fine-tune-epochs=[0,8]",
            "--set",
            "grid.centroids=none");
    assertEquals(Main.TRIALS_FAILED, run.code(), run.err());
    List<JsonNode> results = TinySweep.results(out);
    Set<String> failed = names(results, "failed");
    assertEquals(
        Set.of("resnet18-w0.0625-s0-ft8-seed1", "resnet18-w0.0625-s0.5-flat-ft8-seed1"), failed);
    assertEquals(2, names(results, "completed").size(), "the others finish");
    for (JsonNode line : results) {
      if (line.get("status").asText().equals("failed")) {
        assertTrue(line.get("reason").asText().contains("diverged: "), line.toString());
        assertTrue(run.out().contains("failed: " + line.get("name").asText() + ": "), run.out());
      }
    }
    assertEquals(
        2,
        TinySweep.lines(out.resolve("stages.jsonl")).stream()
            .filter(line -> line.toString().contains("diverged: "))
            .count());
    assertEquals(
        failed,
        Set.copyOf(
            TinySweep.rows(
                out,
                "SELECT t.value FROM runs r JOIN tags t ON t.run_uuid = r.run_uuid AND t.key ="
                    + " 'trial.name' WHERE r.status = 'FAILED'")));
    assertEquals(
        2,
        TinySweep.rows(
                out,
                "SELECT value FROM tags WHERE key = 'failure.reason' AND value LIKE '%diverged: %'")
            .size());
    String status = Said.by("status", out).out();
    assertTrue(status.startsWith("stages: 2 done, 0 running, 2 failed, 0 left\n"), status);
    assertTrue(status.contains("trials: 2 completed, 2 failed, 0 left\nfailed: "), status);

    String before = Files.readString(out.resolve("results.jsonl"));
    Said again =
        Said.by(
            "run",
            config,
            "--out",
            out,
            "--set",
            "grid.fine-tune-epochs=[0,8]",
            "--set",
            "grid.centroids=none");
    assertEquals(Main.TRIALS_FAILED, again.code(), "what diverged is not tried again");
    assertEquals(before, Files.readString(out.resolve("results.jsonl")));
  }

  /** The first stage begins at once, and no machine is through with its 40 epochs in a second. */
  @Test
  @Tag("slow")
  void aSweepThatRunsOutOfTimeGoesOnInTheNextRun() throws Exception {
    Path config = TinySweep.config(folder, 40, "0.01");
    Path out = folder.resolve("out");
    Said early = Said.by("run", config, "--out", out, "--max-time", "1s");
    assertEquals(Main.DONE, early.code(), early.err());
    assertTrue(early.out().endsWith("Out of time: the same command continues from here.\n"));
    int done = TinySweep.lines(out.resolve("stages.jsonl")).size();
    assertEquals(1, done, "what had started was waited for, nothing else started");
    String status = Said.by("status", out).out();
    assertTrue(status.contains(", " + (8 - done) + " left"), status);
    assertEquals(List.of("KILLED"), parentStatus(out));

    Said rest = Said.by("run", config, "--out", out);
    assertEquals(Main.DONE, rest.code(), rest.err());
    assertTrue(rest.out().contains("from " + done + " earlier stages of this sweep"), rest.out());
    assertEquals(TinySweep.TRIALS, TinySweep.results(out).size());
    assertEquals(8, TinySweep.lines(out.resolve("stages.jsonl")).size(), "each stage once");
    assertEquals(List.of("FINISHED"), parentStatus(out));
  }

  private static List<String> parentStatus(Path out) throws SQLException {
    return TinySweep.rows(out, "SELECT status FROM runs WHERE name = 'tiny'");
  }

  private static Set<String> names(List<JsonNode> results, String status) {
    return results.stream()
        .filter(line -> line.get("status").asText().equals(status))
        .map(line -> line.get("name").asText())
        .collect(Collectors.toSet());
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
