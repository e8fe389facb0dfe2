package dev.espalier.sweep.trackingserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {
  @TempDir Path folder = Path.of("");

  @Test
  void isTheSchemaOfMlflowTwo() throws Exception {
    Path file = folder.resolve("mlflow.db");
    Database.open(file).close();

    StringBuilder found = new StringBuilder();
    for (String table :
        rows(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")) {
      found.append(table).append('\n');
      for (String column :
          rows(
              file,
              "SELECT name, type, iif(\"notnull\", 'not null', ''), iif(pk > 0, 'pk ' || pk, ''),"
                  + " coalesce('default ' || dflt_value, '') FROM pragma_table_info('"
                  + table
                  + "')")) {
        found.append("  ").append(column.strip().replaceAll(" +", " ")).append('\n');
      }
      for (String key :
          rows(
              file,
              "SELECT \"from\", '->', \"table\", \"to\", on_update FROM pragma_foreign_key_list('"
                  + table
                  + "') ORDER BY 1")) {
        found.append("  ").append(key).append('\n');
      }
      for (String index :
          rows(
              file,
              "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '"
                  + table
                  + "'")) {
        found.append("  index ").append(index).append('\n');
      }
    }
    assertEquals(golden(), found.toString());
  }

  @Test
  void namesTheConstraintsThatMigrationsLookFor() throws Exception {
    Path file = folder.resolve("mlflow.db");
    Database.open(file).close();
    String sql =
        String.join("\n", rows(file, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"));
    for (String name :
        List.of(
            "experiment_pk PRIMARY KEY (experiment_id)",
            "experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted'))",
            "alembic_version_pkc PRIMARY KEY (version_num)",
            "experiment_tag_pk PRIMARY KEY (key, experiment_id)",
            "tag_pk PRIMARY KEY (key, run_uuid)",
            "registered_model_pk PRIMARY KEY (name)",
            "run_pk PRIMARY KEY (run_uuid)",
            "source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT'))",
            "runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted'))",
            "registered_model_tag_pk PRIMARY KEY (key, name)",
            "model_version_tag_pk PRIMARY KEY (key, name, version)",
            "model_version_pk PRIMARY KEY (name, version)",
            "latest_metric_pk PRIMARY KEY (key, run_uuid)",
            "metric_pk PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan)",
            "param_pk PRIMARY KEY (key, run_uuid)")) {
      assertTrue(sql.contains("CONSTRAINT " + name), name);
    }
    assertEquals(List.of("97727af70f4d"), rows(file, "SELECT version_num FROM alembic_version"));
  }

  @Test
  void leavesAFileThatIsThereAsItIs() throws Exception {
    Path file = folder.resolve("mlflow.db");
    Database.open(file).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE alembic_version SET version_num = 'b7e2c1a4d9f3'");
    }
    Database.open(file).close();
    assertEquals(List.of("b7e2c1a4d9f3"), rows(file, "SELECT version_num FROM alembic_version"));
  }

  private static String golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SchemaTest.class.getResourceAsStream("schema-97727af70f4d.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> rows(Path file, String sql) throws SQLException {
    return Store.rows(file, " ", sql);
  }
}
