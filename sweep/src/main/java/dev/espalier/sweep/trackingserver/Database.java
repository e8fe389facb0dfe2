package dev.espalier.sweep.trackingserver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SQLite file of the tracking store. One connection, used by one thread at a time; other
 * processes (an MLflow UI) may read and even migrate the file meanwhile, so every statement names
 * its columns and nothing asks which revision the file has.
 */
final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** The time that MLflow itself waits for another writer. */
  private static final int BUSY_TIMEOUT_MILLIS = 20_000;

  private final Connection connection;

  /** The reader of one row. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Statements that belong together. */
  interface Work<T> {
    T run() throws SQLException;
  }

  private Database(Connection connection) {
    this.connection = connection;
  }

  /** Opens {@code file}, and makes the tables where it has none. */
  static Database open(Path file) throws IOException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Database database = new Database(DriverManager.getConnection("jdbc:sqlite:" + file));
      try {
        database.prepare();
      } catch (SQLException | IOException e) {
        database.connection.close();
        throw e;
      }
      return database;
    } catch (SQLException e) {
      throw new IOException(file + ": cannot be used as a tracking store: " + e.getMessage(), e);
    }
  }

  private void prepare() throws SQLException, IOException {
    execute("PRAGMA busy_timeout = " + BUSY_TIMEOUT_MILLIS);
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = NORMAL");
    String schema;
    try (InputStream in = Database.class.getResourceAsStream("schema.sql")) {
      if (in == null) {
        throw new AssertionError("schema.sql is not on the class path");
      }
      schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    write(
        () -> {
          if (query("SELECT 1 FROM sqlite_master WHERE name = 'experiments'", r -> 1).isEmpty()) {
            execute(schema);
          }
          return true;
        });
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  /** Runs {@code work} alone, without a transaction. */
  synchronized <T> T read(Work<T> work) throws SQLException {
    return work.run();
  }

  /** Runs {@code work} alone and as one transaction: all of it is stored, or nothing. */
  synchronized <T> T write(Work<T> work) throws SQLException {
    // IMMEDIATE: a transaction that reads first and writes later cannot wait for another writer.
    execute("BEGIN IMMEDIATE");
    boolean done = false;
    try {
      T result = work.run();
      execute("COMMIT");
      done = true;
      return result;
    } finally {
      if (!done) {
        execute("ROLLBACK");
      }
    }
  }

  /** All rows of {@code sql}; called within {@link #read} or {@link #write}. */
  <T> List<T> query(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> found = new ArrayList<>();
        while (rows.next()) {
          found.add(row.read(rows));
        }
        return found;
      }
    }
  }

  /** Rows changed by {@code sql}; called within {@link #write}. */
  int update(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    }
  }

  /** Runs {@code sql} once for each row of values; called within {@link #write}. */
  void updateAll(String sql, List<@Nullable Object[]> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (@Nullable Object[] values : rows) {
        bind(statement, values);
        statement.executeUpdate();
      }
    }
  }

  private static void bind(PreparedStatement statement, @Nullable Object... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  /** Leaves one complete file behind, unless somebody else has it open: then SQLite's log stays. */
  @Override
  public synchronized void close() throws IOException {
    try (connection) {
      // The wait is short: where an MLflow UI holds the file, the log beside it is as good.
      execute("PRAGMA busy_timeout = 1000");
      try {
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
        execute("PRAGMA journal_mode = DELETE");
      } catch (SQLException e) {
        LOG.info("the tracking store keeps its write-ahead log: {}", e.getMessage());
      }
    } catch (SQLException e) {
      throw new IOException("the tracking store could not be closed: " + e.getMessage(), e);
    }
  }
}
