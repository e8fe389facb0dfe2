package dev.espalier.sweep.trackingserver;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.GetMetricHistory;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunData;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;

/**
 * The rows of one run: what {@link Runs} reads and writes within its transactions. Repeating a
 * write leaves the same rows.
 */
final class RunRows {
  private static final int HISTORY_PAGE = 25_000;

  private final Database database;

  RunRows(Database database) {
    this.database = database;
  }

  Run read(String id) throws SQLException {
    RunData.Builder data = RunData.newBuilder();
    database.query(
        "SELECT key, value, timestamp, step, is_nan FROM latest_metrics WHERE run_uuid = ?"
            + " ORDER BY key",
        row -> data.addMetrics(metric(row)),
        id);
    database.query(
        "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key",
        row ->
            data.addParams(Param.newBuilder().setKey(row.getString(1)).setValue(row.getString(2))),
        id);
    database.query(
        "SELECT key, value FROM tags WHERE run_uuid = ? ORDER BY key",
        row ->
            data.addTags(RunTag.newBuilder().setKey(row.getString(1)).setValue(row.getString(2))),
        id);
    return Run.newBuilder().setInfo(info(id)).setData(data).build();
  }

  RunInfo info(String id) throws SQLException {
    List<RunInfo> found =
        database.query(
            "SELECT name, experiment_id, user_id, status, start_time, end_time, artifact_uri,"
                + " lifecycle_stage FROM runs WHERE run_uuid = ?",
            row -> {
              RunInfo.Builder info =
                  RunInfo.newBuilder()
                      .setRunId(id)
                      .setRunUuid(id)
                      .setRunName(orEmpty(row.getString(1)))
                      .setExperimentId(row.getString(2))
                      .setUserId(orEmpty(row.getString(3)))
                      .setStatus(RunStatus.valueOf(row.getString(4)))
                      .setStartTime(row.getLong(5))
                      .setArtifactUri(row.getString(7))
                      .setLifecycleStage(row.getString(8));
              long end = row.getLong(6);
              return row.wasNull() || end == 0 ? info.build() : info.setEndTime(end).build();
            },
            id);
    if (found.isEmpty()) {
      throw ApiException.missing("Run with id=" + id + " not found");
    }
    return found.get(0);
  }

  private static Metric metric(ResultSet row) throws SQLException {
    return Metric.newBuilder()
        .setKey(row.getString(1))
        .setValue(row.getBoolean(5) ? Double.NaN : row.getDouble(2))
        .setTimestamp(row.getLong(3))
        .setStep(row.getLong(4))
        .build();
  }

  void writeMetrics(String id, List<Metric> metrics) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Metric metric : metrics) {
      boolean nan = Double.isNaN(metric.getValue());
      // A column of a SQL store has neither NaN nor infinity; MLflow puts these in their place.
      double value =
          nan ? 0 : Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, metric.getValue()));
      rows.add(
          new @Nullable Object[] {
            metric.getKey(), value, metric.getTimestamp(), metric.getStep(), nan ? 1 : 0, id
          });
    }
    database.updateAll(
        "INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        rows);
    database.updateAll(
        "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key, run_uuid) DO UPDATE SET"
            + " value = excluded.value, timestamp = excluded.timestamp, step = excluded.step,"
            + " is_nan = excluded.is_nan WHERE (excluded.step, excluded.timestamp, excluded.value)"
            + " > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)",
        rows);
  }

  void writeParams(String id, List<Param> params) throws SQLException {
    for (Param param : params) {
      String value = cut(param.getValue(), Limits.PARAM_CHARS);
      int added =
          database.update(
              "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
              param.getKey(),
              value,
              id);
      if (added == 0 && !value.equals(param(id, param.getKey()))) {
        throw ApiException.invalid(
            "Changing param values is not allowed. Param with key='"
                + param.getKey()
                + "' was already logged with another value for run ID='"
                + id
                + "'.");
      }
    }
  }

  private String param(String id, String key) throws SQLException {
    return database
        .query(
            "SELECT value FROM params WHERE run_uuid = ? AND key = ?",
            row -> row.getString(1),
            id,
            key)
        .get(0);
  }

  void writeTags(String id, List<RunTag> tags) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (RunTag tag : tags) {
      rows.add(new @Nullable Object[] {tag.getKey(), cut(tag.getValue(), Limits.TAG_CHARS), id});
    }
    database.updateAll(
        "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)"
            + " ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value",
        rows);
  }

  void deleteTag(String id, String key) throws SQLException {
    if (database.update("DELETE FROM tags WHERE run_uuid = ? AND key = ?", id, key) == 0) {
      throw ApiException.missing("No tag with name: " + key + " in run with id " + id);
    }
  }

  GetMetricHistory.Response history(String id, GetMetricHistory request) throws SQLException {
    int limit = request.getMaxResults() > 0 ? request.getMaxResults() : HISTORY_PAGE;
    long offset = Search.offset(request.getPageToken());
    List<Metric> found =
        database.query(
            "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ? AND key = ?"
                + " ORDER BY timestamp, step, value LIMIT ? OFFSET ?",
            RunRows::metric,
            id,
            request.getMetricKey(),
            limit + 1L,
            offset);
    GetMetricHistory.Response.Builder response = GetMetricHistory.Response.newBuilder();
    response.addAllMetrics(found.subList(0, Math.min(limit, found.size())));
    if (found.size() > limit) {
      response.setNextPageToken(Search.token(offset + limit));
    }
    return response.build();
  }

  private static String cut(String value, int chars) {
    return value.substring(0, Math.min(value.length(), chars));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
