package dev.espalier.sweep.trackingserver;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What lies in {@code mlflow.db}, by plain SQL. */
public record Store(Path folder) {
  private static final String ACTIVE = " AND r.lifecycle_stage = 'active' ORDER BY 1";

  /** Rows with their columns joined by a bar. */
  public List<String> rows(String sql) throws SQLException {
    return rows(folder.resolve("mlflow.db"), "|", sql);
  }

  /** Rows of a database with their columns joined. */
  static List<String> rows(Path file, String joint, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(rows.getString(i)));
        }
        found.add(String.join(joint, values));
      }
    }
    return found;
  }

  public int count(String what) throws SQLException {
    return Integer.parseInt(rows("SELECT count(*) FROM " + what).get(0));
  }

  /** All that a person sees of the runs, without the ids that a server makes up. */
  public List<String> seen() throws SQLException {
    List<String> all = new ArrayList<>();
    all.addAll(
        rows(
            "SELECT r.name || ' ' || r.status || ' ' || r.start_time || ' ' || r.end_time FROM runs r"
                + " WHERE 1"
                + ACTIVE));
    all.addAll(
        rows(
            "SELECT r.name || ' tag ' || t.key || '=' || coalesce(p.name, t.value) FROM runs r"
                + " JOIN tags t ON t.run_uuid = r.run_uuid LEFT JOIN runs p ON p.run_uuid = t.value"
                + " WHERE 1"
                + ACTIVE));
    all.addAll(
        rows(
            "SELECT r.name || ' param ' || t.key || '=' || t.value FROM runs r"
                + " JOIN params t ON t.run_uuid = r.run_uuid WHERE 1"
                + ACTIVE));
    for (String table : List.of("metrics", "latest_metrics")) {
      all.addAll(
          rows(
              "SELECT r.name || ' "
                  + table
                  + " ' || t.key || '=' || t.value || ' ' || t.step || ' ' || t.timestamp"
                  + " FROM runs r JOIN "
                  + table
                  + " t ON t.run_uuid = r.run_uuid WHERE 1"
                  + ACTIVE));
    }
    return all;
  }
}
