package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import dev.espalier.sweep.trackingserver.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

class ModelRegistryTest {
  private static final TrackedSweep SWEEP = MlflowLogTest.sweep("s", "shapes", Map.of(), Map.of());

  @TempDir Path folder = Path.of("");

  @Test
  void registersTheRunOfATrialOnce() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertEquals(new Registered("shapes-net", "1", false), register("a", "pareto-pick"));
    }
    Store store = new Store(folder);
    String run = store.rows("SELECT run_uuid FROM runs WHERE name = 'trial a'").get(0);
    assertEquals(
        List.of(
            "shapes-net|1|READY|None|"
                + run
                + "|mlflow-artifacts:/1/"
                + run
                + "/artifacts/model|the knee"),
        store.rows(
            "SELECT name, version, status, current_stage, run_id, source, description"
                + " FROM model_versions"));
    assertEquals(List.of("shapes-net"), store.rows("SELECT name FROM registered_models"));
  }

  @Test
  void aStoreOfMlflowTwoKeepsTheAliasAsATagThatMoves() throws Exception {
    register("a", "pareto-pick");
    assertEquals(new Registered("shapes-net", "2", false), register("b", "pareto-pick"));
    assertEquals(
        List.of("alias.pareto-pick|2"),
        new Store(folder).rows("SELECT key, value FROM registered_model_tags"));
  }

  @Test
  void aStoreThatANewerMlflowMigratedHasAliases() throws Exception {
    register("a", "pareto-pick");
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("mlflow.db"));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "CREATE TABLE registered_model_aliases (alias VARCHAR(256) NOT NULL, version INTEGER NOT"
              + " NULL, name VARCHAR(256) NOT NULL, CONSTRAINT registered_model_alias_pk PRIMARY KEY"
              + " (name, alias))");
    }
    assertEquals(new Registered("shapes-net", "1", true), register("a", "pareto-pick"));
    assertEquals(new Registered("shapes-net", "2", true), register("b", "pareto-pick"));
    try (EmbeddedServer server = EmbeddedServer.start(folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.uri(), server.token()))) {
      String model = client.sendGet("registered-models/get?name=shapes-net");
      assertTrue(
          model.replaceAll("\\s", "").contains("{\"alias\":\"pareto-pick\",\"version\":\"2\"}"),
          model);
    }
  }

  @Test
  void mlflowsOwnClientFindsVersions() throws Exception {
    register("a", "best");
    try (EmbeddedServer server = EmbeddedServer.start(folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.uri(), server.token()))) {
      ModelVersion version = client.getModelVersion("shapes-net", "1");
      assertEquals("the knee", version.getDescription());
      assertEquals(List.of(version), client.searchModelVersions("name = 'shapes-net'").getItems());
      assertEquals(List.of(), client.searchModelVersions("name = 'other'").getItems());
      assertEquals(
          404,
          assertThrows(MlflowHttpException.class, () -> client.getModelVersion("shapes-net", "7"))
              .getStatusCode());
    }
  }

  @Test
  void aTrialThatWasNotSentIsNotRegistered() throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(SWEEP);
      var open = log.register(new Registration("nobody", "m", "best", "model", ""));
      log.drain();
      assertEquals(List.of("there is no run nobody to register"), log.problems());
      assertEquals(false, open.isDone());
    }
  }

  @Test
  void refusesNamesThatMlflowRefuses() {
    for (String model : List.of("", " ", "a/b", "a:b", "it's", "x".repeat(251))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Registration("k", model, "best", "model", ""),
          model);
    }
    for (String alias : List.of("", "latest", "v12", "two words", "a.b")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Registration("k", "m", alias, "model", ""),
          alias);
    }
  }

  private Registered register(String key, String alias) throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(SWEEP);
      log.trial(MlflowLogTest.trial(key, 0.5));
      var registered =
          log.register(new Registration(key, "shapes-net", alias, "model", "the knee"));
      log.drain();
      assertEquals(List.of(), log.problems());
      return registered.get();
    }
  }
}
