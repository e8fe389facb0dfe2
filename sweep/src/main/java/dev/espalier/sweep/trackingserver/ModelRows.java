package dev.espalier.sweep.trackingserver;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.ModelRegistry.CreateModelVersion;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.ModelVersionStatus;
import org.mlflow.api.proto.ModelRegistry.ModelVersionTag;
import org.mlflow.api.proto.ModelRegistry.RegisteredModel;
import org.mlflow.api.proto.ModelRegistry.RegisteredModelAlias;
import org.mlflow.api.proto.ModelRegistry.RegisteredModelTag;

/** The rows of registered models: what {@link Models} reads and writes in its transactions. */
final class ModelRows {
  private static final String VERSION_COLUMNS =
      "name, version, creation_time, last_updated_time, description, user_id, current_stage,"
          + " source, run_id, status, run_link";

  private final Database database;

  ModelRows(Database database) {
    this.database = database;
  }

  boolean exists(String name) throws SQLException {
    return !database
        .query("SELECT 1 FROM registered_models WHERE name = ?", row -> true, name)
        .isEmpty();
  }

  RegisteredModel model(String name) throws SQLException {
    List<RegisteredModel.Builder> found =
        database.query(
            "SELECT creation_time, last_updated_time, description FROM registered_models"
                + " WHERE name = ?",
            row ->
                RegisteredModel.newBuilder()
                    .setName(name)
                    .setCreationTimestamp(row.getLong(1))
                    .setLastUpdatedTimestamp(row.getLong(2))
                    .setDescription(orEmpty(row.getString(3))),
            name);
    if (found.isEmpty()) {
      throw ApiException.missing("Registered Model with name=" + name + " not found");
    }
    RegisteredModel.Builder model = found.get(0);
    database.query(
        "SELECT key, value FROM registered_model_tags WHERE name = ? ORDER BY key",
        row ->
            model.addTags(
                RegisteredModelTag.newBuilder()
                    .setKey(row.getString(1))
                    .setValue(row.getString(2))),
        name);
    if (hasAliases()) {
      database.query(
          "SELECT alias, version FROM registered_model_aliases WHERE name = ? ORDER BY alias",
          row ->
              model.addAliases(
                  RegisteredModelAlias.newBuilder()
                      .setAlias(row.getString(1))
                      .setVersion(row.getString(2))),
          name);
    }
    return model.build();
  }

  void writeTag(String name, String key, String value) throws SQLException {
    database.update("DELETE FROM registered_model_tags WHERE name = ? AND key = ?", name, key);
    database.update(
        "INSERT INTO registered_model_tags (key, value, name) VALUES (?, ?, ?)", key, value, name);
  }

  /** Makes the next version of a model, and returns its number. */
  long writeVersion(CreateModelVersion request, long now) throws SQLException {
    String name = request.getName();
    long version =
        database
            .query(
                "SELECT coalesce(max(version), 0) + 1 FROM model_versions WHERE name = ?",
                row -> row.getLong(1),
                name)
            .get(0);
    database.update(
        "INSERT INTO model_versions (name, version, creation_time, last_updated_time, description,"
            + " user_id, current_stage, source, run_id, status, run_link)"
            + " VALUES (?, ?, ?, ?, ?, '', 'None', ?, ?, 'READY', ?)",
        name,
        version,
        now,
        now,
        request.getDescription(),
        request.getSource(),
        request.getRunId(),
        request.getRunLink());
    database.update("UPDATE registered_models SET last_updated_time = ? WHERE name = ?", now, name);
    return version;
  }

  ModelVersion version(String name, String version) throws SQLException {
    return one(
        "name = ? AND version = ?",
        "Model Version (name=" + name + ", version=" + version + ") not found",
        name,
        number(version));
  }

  /** The version in a row that a search found. */
  ModelVersion versionAt(String row) throws SQLException {
    return one("rowid = ?", "No such row: " + row, Long.parseLong(row));
  }

  private ModelVersion one(String condition, String missing, Object... values) throws SQLException {
    List<ModelVersion.Builder> found =
        database.query(
            "SELECT " + VERSION_COLUMNS + " FROM model_versions WHERE " + condition,
            ModelRows::version,
            values);
    if (found.isEmpty()) {
      throw ApiException.missing(missing);
    }
    ModelVersion.Builder version = found.get(0);
    database.query(
        "SELECT key, value FROM model_version_tags WHERE name = ? AND version = ? ORDER BY key",
        row ->
            version.addTags(
                ModelVersionTag.newBuilder().setKey(row.getString(1)).setValue(row.getString(2))),
        version.getName(),
        Long.parseLong(version.getVersion()));
    return version.build();
  }

  private static ModelVersion.Builder version(ResultSet row) throws SQLException {
    return ModelVersion.newBuilder()
        .setName(row.getString(1))
        .setVersion(row.getString(2))
        .setCreationTimestamp(row.getLong(3))
        .setLastUpdatedTimestamp(row.getLong(4))
        .setDescription(orEmpty(row.getString(5)))
        .setUserId(orEmpty(row.getString(6)))
        .setCurrentStage(orEmpty(row.getString(7)))
        .setSource(orEmpty(row.getString(8)))
        .setRunId(orEmpty(row.getString(9)))
        .setStatus(ModelVersionStatus.valueOf(row.getString(10)))
        .setRunLink(orEmpty(row.getString(11)));
  }

  void writeTag(String name, long version, String key, String value) throws SQLException {
    database.update(
        "DELETE FROM model_version_tags WHERE name = ? AND version = ? AND key = ?",
        name,
        version,
        key);
    database.update(
        "INSERT INTO model_version_tags (key, value, name, version) VALUES (?, ?, ?, ?)",
        key,
        value,
        name,
        version);
  }

  boolean hasAliases() throws SQLException {
    return !database
        .query(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'registered_model_aliases'",
            row -> true)
        .isEmpty();
  }

  void writeAlias(String name, String alias, long version) throws SQLException {
    database.update(
        "DELETE FROM registered_model_aliases WHERE name = ? AND alias = ?", name, alias);
    database.update(
        "INSERT INTO registered_model_aliases (alias, version, name) VALUES (?, ?, ?)",
        alias,
        version,
        name);
  }

  private static long number(String version) {
    if (!version.matches("\\d{1,18}")) {
      throw ApiException.invalid("version: must be a whole number, found '" + version + "'");
    }
    return Long.parseLong(version);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
