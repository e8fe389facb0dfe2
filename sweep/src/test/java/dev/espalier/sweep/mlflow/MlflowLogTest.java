package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.mlflow.TrackingClient.Content;
import dev.espalier.sweep.trackingserver.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlflowLogTest {
  private static final TrackedSweep SWEEP =
      sweep("sweep-1", "shapes", Map.of("grid.sparsity", "[0.5]"), Map.of("dataset", "shapes"));

  @TempDir Path folder = Path.of("");

  @Test
  void logsASweepWithItsTrialsCurvesAndFront() throws Exception {
    send(folder, List.of(trial("a", 0.9), trial("b", 0.5), broken("c")), Set.of("a"), "a");

    assertEquals(
        List.of(
            "shapes|FINISHED|1000|9000",
            "trial a|FINISHED|2000|3000",
            "trial b|FINISHED|2000|3000",
            "trial c|FAILED|2000|2500"),
        rows("SELECT name, status, start_time, end_time FROM runs ORDER BY start_time, name"));
    assertEquals(
        List.of("trial a|true|true", "trial b|false|null", "trial c|false|null"),
        rows(
            "SELECT r.name, p.value, k.value FROM runs r JOIN tags p ON p.run_uuid = r.run_uuid AND"
                + " p.key = 'pareto' LEFT JOIN tags k ON k.run_uuid = r.run_uuid AND k.key = 'knee'"
                + " ORDER BY r.name"));
    assertEquals(
        List.of("3"),
        rows(
            "SELECT count(*) FROM tags t JOIN runs p ON p.run_uuid = t.value WHERE t.key ="
                + " 'mlflow.parentRunId' AND p.name = 'shapes'"));
    assertEquals(
        List.of("4"), rows("SELECT count(*) FROM tags WHERE key='dataset' AND value='shapes'"));
    assertEquals(
        List.of("shapes|7"),
        rows(
            "SELECT r.name, t.value FROM tags t JOIN runs r ON r.run_uuid = t.run_uuid WHERE t.key ="
                + " 'trials.left'"));
    assertEquals(
        List.of("diverged: loss is NaN"),
        rows("SELECT value FROM tags WHERE key = 'failure.reason'"));
    assertEquals(
        List.of("0.1|2001|1", "0.2|2002|2", "0.9|3000|2"),
        rows(
            "SELECT m.value, m.timestamp, m.step FROM metrics m JOIN runs r ON r.run_uuid ="
                + " m.run_uuid WHERE r.name = 'trial a' AND m.key = 'val/accuracy' ORDER BY m.timestamp"));
    assertEquals(
        List.of("0.9"),
        rows(
            "SELECT m.value FROM latest_metrics m JOIN runs r ON r.run_uuid = m.run_uuid WHERE"
                + " r.name = 'trial a' AND m.key = 'val/accuracy'"));
    assertEquals(List.of("[0.5]"), rows("SELECT value FROM params WHERE key = 'grid.sparsity'"));
    assertEquals(
        List.of("val/accuracy"),
        rows(
            "SELECT value FROM experiment_tags WHERE key = 'mlflow.experiment.primaryMetric.name'"));
  }

  @Test
  void leavesTheSameWhenSentTwice() throws Exception {
    List<TrackedTrial> trials = List.of(trial("a", 0.9), trial("b", Double.NaN), broken("c"));
    send(folder, trials, Set.of("a"), "a");
    List<String> once = everything();
    send(folder, trials, Set.of("a"), "a");
    assertEquals(once, everything());
  }

  @Test
  void goesOnWithASweepThatGrew() throws Exception {
    send(folder, List.of(trial("a", 0.9)), Set.of("a"), "a");
    List<String> before = rows("SELECT run_uuid FROM runs");

    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(sweep("sweep-1", "shapes", Map.of("grid.sparsity", "[0.5, 0.9]"), Map.of()));
      log.trial(trial("a", 0.9));
      log.trial(trial("b", 0.95));
      finish(log, Set.of("b"), "b");
      log.drain();
      assertEquals(List.of(), log.problems());
    }

    assertTrue(rows("SELECT run_uuid FROM runs").containsAll(before));
    assertEquals(
        List.of("trial a|false|false", "trial b|true|true"),
        rows(
            "SELECT r.name, p.value, k.value FROM runs r JOIN tags p ON p.run_uuid = r.run_uuid AND"
                + " p.key = 'pareto' JOIN tags k ON k.run_uuid = r.run_uuid AND k.key = 'knee'"
                + " ORDER BY r.name"));
    assertEquals(
        List.of("[0.5, 0.9]"), rows("SELECT value FROM tags WHERE key = 'changed.grid.sparsity'"));
  }

  @Test
  void replacesATrialThatEndedDifferentlyThisTime() throws Exception {
    send(folder, List.of(broken("a")), Set.of(), null);
    send(folder, List.of(trial("a", 0.8)), Set.of("a"), null);
    assertEquals(
        List.of("trial a|FAILED|deleted", "trial a|FINISHED|active"),
        rows(
            "SELECT name, status, lifecycle_stage FROM runs WHERE name <> 'shapes' ORDER BY status"));
  }

  @Test
  void splitsACurveOfThousandsOfPointsIntoBatches() throws Exception {
    List<CurvePoint> curve =
        IntStream.rangeClosed(1, 3500)
            .mapToObj(i -> new CurvePoint("train/loss", i, 1.0 / i, i))
            .toList();
    TrackedTrial trial =
        new TrackedTrial("long", "long", Map.of(), Map.of(), curve, false, null, 1, 2, Map.of());
    send(folder, List.of(trial), Set.of(), null);
    assertEquals(List.of("3500|3500"), rows("SELECT count(*), max(step) FROM metrics"));
    assertEquals(List.of("3500"), rows("SELECT step FROM latest_metrics"));
  }

  @Test
  void mendsNamesAndLongValues() throws Exception {
    TrackedTrial trial =
        new TrackedTrial(
            "odd",
            "odd",
            Map.of("a=b", "x".repeat(7000), "fine/key", "1"),
            Map.of("top@5", 1.0, "size/bytes", Double.POSITIVE_INFINITY),
            List.of(),
            true,
            "<stack> ".repeat(2000),
            1,
            2,
            Map.of());
    send(folder, List.of(trial), Set.of(), null);
    List<String> params =
        rows(
            "SELECT key || ' ' || length(value) FROM params WHERE key <> 'grid.sparsity' ORDER BY key");
    assertTrue(params.get(0).matches("a_b-[0-9a-f]{8} 500"), params.get(0));
    assertEquals("fine/key 1", params.get(1));
    assertEquals(
        List.of("5000"), rows("SELECT length(value) FROM tags WHERE key = 'failure.reason'"));
    assertEquals(
        List.of("size/bytes|1.7976931348623157e+308"),
        rows("SELECT key, value FROM metrics WHERE key LIKE 'size%'"));
  }

  @Test
  void storesArtifactsOfTheSweepAndOfATrial() throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(SWEEP);
      log.trial(trial("a", 0.5));
      log.artifact("sweep-1", "report.html", text("<html>"));
      log.artifact("a", "tables/layers of a+b.csv", text("x"));
      log.artifact("a", "gone", Optional::empty);
      log.artifact("nobody", "x", text(""));
      log.drain();
      assertEquals(List.of("x: there is no run nobody to put it to"), log.problems());
      assertEquals(1, log.unsent());
    }
    String parent = rows("SELECT run_uuid FROM runs WHERE name = 'shapes'").get(0);
    String child = rows("SELECT run_uuid FROM runs WHERE name = 'trial a'").get(0);
    Path root = folder.resolve("mlartifacts/1");
    assertEquals("<html>", Files.readString(root.resolve(parent + "/artifacts/report.html")));
    assertEquals(
        "x", Files.readString(root.resolve(child + "/artifacts/tables/layers of a+b.csv")));
    assertEquals(
        List.of("mlflow-artifacts:/1/" + child + "/artifacts"),
        rows("SELECT artifact_uri FROM runs WHERE name = 'trial a'"));
  }

  @Test
  void leavesOneCompleteDatabaseFile() throws Exception {
    send(folder, List.of(trial("a", 0.5)), Set.of(), null);
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("mlartifacts", "mlflow.db"),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void waitsForAnotherWriterOfTheFile() throws Exception {
    send(folder, List.of(), Set.of(), null);
    try (MlflowLog log = MlflowLog.embedded(folder);
        Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      log.begin(SWEEP);
      log.trial(trial("a", 0.5));
      Thread.sleep(2_000);
      assertEquals(List.of(), log.problems());
      statement.executeUpdate("COMMIT");
      log.drain();
      assertEquals(List.of(), log.problems());
    }
    assertEquals(List.of("trial a"), rows("SELECT name FROM runs WHERE name LIKE 'trial%'"));
  }

  @Test
  void goesOnInAFileThatAnMlflowMigratedMeanwhile() throws Exception {
    send(folder, List.of(trial("a", 0.5)), Set.of(), null);
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(SWEEP);
      log.trial(trial("b", 0.5));
      try (Connection other = connect();
          Statement statement = other.createStatement()) {
        statement.executeUpdate("PRAGMA busy_timeout = 20000");
        statement.executeUpdate(
            """
            BEGIN IMMEDIATE;
            UPDATE alembic_version SET version_num = 'b7e2c1a4d9f3';
            ALTER TABLE experiments ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL;
            CREATE UNIQUE INDEX unique_workspace_name ON experiments (workspace, name);
            CREATE TABLE inputs (input_uuid VARCHAR(36) NOT NULL);
            CREATE TABLE _alembic_tmp_params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL,
              run_uuid VARCHAR(32) NOT NULL, CONSTRAINT param_pk PRIMARY KEY (key, run_uuid));
            INSERT INTO _alembic_tmp_params (key, value, run_uuid) SELECT key, value, run_uuid FROM params;
            DROP TABLE params;
            ALTER TABLE _alembic_tmp_params RENAME TO params;
            COMMIT;
            """);
      }
      log.trial(trial("c", 0.5));
      log.drain();
      assertEquals(List.of(), log.problems());
    }
    send(folder, List.of(trial("d", 0.5)), Set.of("d"), null);
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(sweep("sweep-2", "another", Map.of(), Map.of()));
      log.drain();
      assertEquals(List.of(), log.problems());
    }
    assertEquals(List.of("b7e2c1a4d9f3"), rows("SELECT version_num FROM alembic_version"));
    assertEquals(
        List.of("Default|default", "another|default", "shapes|default"),
        rows("SELECT name, workspace FROM experiments ORDER BY name"));
    assertEquals(List.of("4"), rows("SELECT count(*) FROM runs WHERE name LIKE 'trial%'"));
  }

  @Test
  void takesOnlyHttpAddresses() {
    for (String uri :
        List.of("file:///tmp/x", "sqlite:///mlflow.db", "databricks", "http://u:p@h/", "h t")) {
      String message =
          String.valueOf(
              assertThrows(
                      IllegalArgumentException.class,
                      () -> MlflowLog.open(uri, Duration.ofSeconds(1), Map.of()))
                  .getMessage());
      assertTrue(message.startsWith("the tracking URI"), message);
      assertFalse(message.contains("u:p"), message);
    }
  }

  @Test
  void saysHowToOpenTheUi() {
    assertEquals(
        List.of("cd runs/x && mlflow ui --backend-store-uri sqlite:///mlflow.db"),
        MlflowLog.uiCommands(Path.of("runs/x")));
    assertEquals(
        List.of("cd 'my runs/it'\\''s' && mlflow ui --backend-store-uri sqlite:///mlflow.db"),
        MlflowLog.uiCommands(Path.of("my runs/it's")));
  }

  private static void send(
      Path folder, List<TrackedTrial> trials, Set<String> front, @Nullable String knee)
      throws IOException {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(SWEEP);
      trials.forEach(log::trial);
      finish(log, front, knee);
      log.drain();
      assertEquals(List.of(), log.problems());
      assertEquals(0, log.unsent());
    }
  }

  static void finish(MlflowLog log, Set<String> front, @Nullable String knee) {
    log.front(new TrackedFront(front, knee == null ? Set.of() : Set.of(knee), Set.of()));
    log.end(MlflowLog.Ending.FINISHED, Map.of("front.size", "" + front.size()), 9_000);
  }

  static TrackedSweep sweep(
      String key, String name, Map<String, String> parameters, Map<String, String> tags) {
    return new TrackedSweep(
        key,
        name,
        "val/accuracy",
        "size/compressed_bytes",
        List.of("size/compressed_bytes_log10", "macs/nonzero"),
        new TrackedDataset("shapes", "5a".repeat(32), Map.of("train", 256, "test", 64)),
        "c0ffee".repeat(6) + "c0ff",
        parameters,
        tags,
        Map.of("trials.left", "7"),
        1_000);
  }

  static Content text(String text) {
    return () -> Optional.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static TrackedTrial trial(String key, double accuracy) {
    return new TrackedTrial(
        key,
        "trial " + key,
        Map.of("sparsity", "0.5", "centroids", "16"),
        Map.of("val/accuracy", accuracy, "size/compressed_bytes", 1234.0),
        List.of(
            new CurvePoint("val/accuracy", 1, 0.1, 2_001),
            new CurvePoint("val/accuracy", 2, 0.2, 2_002)),
        false,
        null,
        2_000,
        3_000,
        Map.of("architecture", "resnet18"));
  }

  private static TrackedTrial broken(String key) {
    return new TrackedTrial(
        key,
        "trial " + key,
        Map.of("sparsity", "0.9"),
        Map.of(),
        List.of(),
        true,
        "diverged: loss is NaN",
        2_000,
        2_500,
        Map.of());
  }

  private List<String> everything() throws SQLException {
    List<String> all = new ArrayList<>();
    for (String table :
        List.of(
            "experiments",
            "experiment_tags",
            "runs",
            "tags",
            "params",
            "metrics",
            "latest_metrics")) {
      rows("SELECT * FROM " + table).forEach(row -> all.add(table + ": " + row));
    }
    return all.stream().sorted().toList();
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("mlflow.db"));
  }

  private List<String> rows(String sql) throws SQLException {
    return new Store(folder).rows(sql);
  }
}
