package dev.espalier.sweep.trackingserver;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.DeleteRun;
import org.mlflow.api.proto.Service.DeleteTag;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.GetMetricHistory;
import org.mlflow.api.proto.Service.LogBatch;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RestoreRun;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.SearchRuns;
import org.mlflow.api.proto.Service.UpdateRun;

/** Runs in the tracking store, with the limits that MLflow's servers enforce. */
final class Runs {
  private static final String RUN_NAME = "mlflow.runName";

  private final Database database;
  private final Experiments experiments;
  private final RunRows rows;
  private final SecureRandom ids = new SecureRandom();

  Runs(Database database, Experiments experiments) {
    this.database = database;
    this.experiments = experiments;
    this.rows = new RunRows(database);
  }

  CreateRun.Response create(CreateRun request) throws SQLException {
    request.getTagsList().forEach(tag -> Limits.checkKey(tag.getKey()));
    Experiment experiment = experiments.get(request.getExperimentId());
    if (!experiment.getLifecycleStage().equals("active")) {
      throw ApiException.invalid("The experiment " + experiment.getName() + " is deleted.");
    }
    byte[] random = new byte[16];
    ids.nextBytes(random);
    String id = HexFormat.of().formatHex(random);
    String name = name(request, id);
    return database.write(
        () -> {
          database.update(
              "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name,"
                  + " user_id, status, start_time, source_version, lifecycle_stage, artifact_uri,"
                  + " experiment_id) VALUES (?, ?, 'UNKNOWN', '', '', ?, 'RUNNING', ?, '',"
                  + " 'active', ?, ?)",
              id,
              name,
              request.getUserId(),
              request.getStartTime(),
              experiment.getArtifactLocation() + "/" + id + "/artifacts",
              Long.parseLong(experiment.getExperimentId()));
          rows.writeTags(id, request.getTagsList());
          rows.writeTags(id, List.of(tag(RUN_NAME, name)));
          return CreateRun.Response.newBuilder().setRun(rows.read(id)).build();
        });
  }

  private static String name(CreateRun request, String id) {
    String tagged =
        request.getTagsList().stream()
            .filter(tag -> tag.getKey().equals(RUN_NAME))
            .map(RunTag::getValue)
            .findFirst()
            .orElse("");
    String named = request.getRunName();
    if (!named.isEmpty() && !tagged.isEmpty() && !named.equals(tagged)) {
      throw ApiException.invalid(
          "run_name '" + named + "' and the tag mlflow.runName '" + tagged + "' differ");
    }
    String name = named.isEmpty() ? tagged : named;
    return name.isEmpty() ? "run-" + id.substring(0, 8) : name;
  }

  Run get(String id) throws SQLException {
    return database.read(() -> rows.read(id));
  }

  UpdateRun.Response update(UpdateRun request, String id) throws SQLException {
    return database.write(
        () -> {
          active(id);
          if (request.hasStatus()) {
            database.update(
                "UPDATE runs SET status = ? WHERE run_uuid = ?", request.getStatus().name(), id);
          }
          if (request.hasEndTime()) {
            database.update(
                "UPDATE runs SET end_time = ? WHERE run_uuid = ?", request.getEndTime(), id);
          }
          if (!request.getRunName().isEmpty()) {
            database.update(
                "UPDATE runs SET name = ? WHERE run_uuid = ?", request.getRunName(), id);
            rows.writeTags(id, List.of(tag(RUN_NAME, request.getRunName())));
          }
          return UpdateRun.Response.newBuilder().setRunInfo(rows.info(id)).build();
        });
  }

  SearchRuns.Response search(SearchRuns request) throws SQLException {
    long limit = Search.limit(request.hasMaxResults(), request.getMaxResults());
    long offset = Search.offset(request.getPageToken());
    Search search =
        Search.runs()
            .experimentIds(request.getExperimentIdsList())
            .view(request.getRunViewType())
            .filter(request.getFilter())
            .orderBy(request.getOrderByList());
    return database.read(
        () -> {
          List<String> found =
              search.ids(database, "runs", "start_time DESC, run_uuid", limit, offset);
          SearchRuns.Response.Builder response = SearchRuns.Response.newBuilder();
          for (String id : found.subList(0, (int) Math.min(limit, found.size()))) {
            response.addRuns(rows.read(id));
          }
          if (found.size() > limit) {
            response.setNextPageToken(Search.token(offset + limit));
          }
          return response.build();
        });
  }

  /** Logs everything or, where one entry is refused, nothing. */
  LogBatch.Response log(LogBatch request) throws SQLException {
    within("metrics", request.getMetricsCount(), Limits.BATCH_METRICS);
    within("params", request.getParamsCount(), Limits.BATCH_PARAMS);
    within("tags", request.getTagsCount(), Limits.BATCH_TAGS);
    within(
        "metrics, params and tags together",
        request.getMetricsCount() + request.getParamsCount() + request.getTagsCount(),
        Limits.BATCH_ENTITIES);
    List<String> keys = new ArrayList<>();
    request.getMetricsList().stream().map(Metric::getKey).forEach(keys::add);
    request.getParamsList().stream().map(Param::getKey).forEach(keys::add);
    request.getTagsList().stream().map(RunTag::getKey).forEach(keys::add);
    keys.forEach(Limits::checkKey);
    return database.write(
        () -> {
          active(request.getRunId());
          rows.writeParams(request.getRunId(), request.getParamsList());
          rows.writeMetrics(request.getRunId(), request.getMetricsList());
          rows.writeTags(request.getRunId(), request.getTagsList());
          return LogBatch.Response.getDefaultInstance();
        });
  }

  private static void within(String what, int found, int limit) {
    if (found > limit) {
      throw ApiException.invalid(
          "A batch can contain at most " + limit + " " + what + ". Got a batch of " + found + ".");
    }
  }

  DeleteTag.Response deleteTag(DeleteTag request) throws SQLException {
    return database.write(
        () -> {
          active(request.getRunId());
          rows.deleteTag(request.getRunId(), request.getKey());
          return DeleteTag.Response.getDefaultInstance();
        });
  }

  DeleteRun.Response delete(DeleteRun request) throws SQLException {
    return database.write(
        () -> {
          rows.info(request.getRunId());
          database.update(
              "UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = ? WHERE run_uuid = ?",
              System.currentTimeMillis(),
              request.getRunId());
          return DeleteRun.Response.getDefaultInstance();
        });
  }

  RestoreRun.Response restore(RestoreRun request) throws SQLException {
    return database.write(
        () -> {
          rows.info(request.getRunId());
          database.update(
              "UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL WHERE run_uuid = ?",
              request.getRunId());
          return RestoreRun.Response.getDefaultInstance();
        });
  }

  GetMetricHistory.Response history(GetMetricHistory request, String id) throws SQLException {
    return database.read(
        () -> {
          rows.info(id);
          return rows.history(id, request);
        });
  }

  private void active(String id) throws SQLException {
    RunInfo info = rows.info(id);
    if (!info.getLifecycleStage().equals("active")) {
      throw ApiException.invalid(
          "The run " + id + " must be in the 'active' state. Current state is deleted.");
    }
  }

  private static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }
}
