package dev.espalier.sweep.trackingserver;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.mlflow.api.proto.ModelRegistry.CreateModelVersion;
import org.mlflow.api.proto.ModelRegistry.CreateRegisteredModel;
import org.mlflow.api.proto.ModelRegistry.GetModelVersion;
import org.mlflow.api.proto.ModelRegistry.GetRegisteredModel;
import org.mlflow.api.proto.ModelRegistry.SearchModelVersions;
import org.mlflow.api.proto.ModelRegistry.SetRegisteredModelAlias;
import org.mlflow.api.proto.ModelRegistry.SetRegisteredModelTag;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.DeleteRun;
import org.mlflow.api.proto.Service.DeleteTag;
import org.mlflow.api.proto.Service.GetExperiment;
import org.mlflow.api.proto.Service.GetExperimentByName;
import org.mlflow.api.proto.Service.GetMetricHistory;
import org.mlflow.api.proto.Service.GetRun;
import org.mlflow.api.proto.Service.ListArtifacts;
import org.mlflow.api.proto.Service.LogBatch;
import org.mlflow.api.proto.Service.LogMetric;
import org.mlflow.api.proto.Service.LogParam;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RestoreRun;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.SearchExperiments;
import org.mlflow.api.proto.Service.SearchRuns;
import org.mlflow.api.proto.Service.SetExperimentTag;
import org.mlflow.api.proto.Service.SetTag;
import org.mlflow.api.proto.Service.UpdateRun;
import org.mlflow_project.google.protobuf.Message;

/**
 * The REST calls of MLflow's tracking API, below {@code /api/2.0/mlflow/}. Requests and answers are
 * the client's own messages, so the two sides cannot disagree about a field.
 */
final class Endpoints {
  private final Experiments experiments;
  private final Runs runs;
  private final ArtifactFolder artifacts;

  private final Map<String, Endpoint> byPath = new HashMap<>();

  /** The method of HTTP, an empty request, and what answers a full one. */
  private record Endpoint(String method, Message empty, Answer<Message> answer) {}

  private interface Answer<Q> {
    Message to(Q request) throws SQLException, IOException;
  }

  Endpoints(Experiments experiments, Runs runs, Models models, ArtifactFolder artifacts) {
    this.experiments = experiments;
    this.runs = runs;
    this.artifacts = artifacts;
    addExperiments();
    addRuns();
    addModels(models);
    get("artifacts/list", ListArtifacts.getDefaultInstance(), this::list);
  }

  private void addExperiments() {
    post("experiments/create", CreateExperiment.getDefaultInstance(), experiments::create);
    get("experiments/get", GetExperiment.getDefaultInstance(), this::get);
    get("experiments/get-by-name", GetExperimentByName.getDefaultInstance(), this::get);
    post("experiments/search", SearchExperiments.getDefaultInstance(), experiments::search);
    post(
        "experiments/set-experiment-tag",
        SetExperimentTag.getDefaultInstance(),
        experiments::setTag);
  }

  private void addRuns() {
    post("runs/create", CreateRun.getDefaultInstance(), runs::create);
    get("runs/get", GetRun.getDefaultInstance(), this::get);
    post("runs/update", UpdateRun.getDefaultInstance(), this::update);
    post("runs/search", SearchRuns.getDefaultInstance(), runs::search);
    post("runs/delete", DeleteRun.getDefaultInstance(), runs::delete);
    post("runs/restore", RestoreRun.getDefaultInstance(), runs::restore);
    post("runs/log-batch", LogBatch.getDefaultInstance(), runs::log);
    post("runs/log-metric", LogMetric.getDefaultInstance(), this::log);
    post("runs/log-parameter", LogParam.getDefaultInstance(), this::log);
    post("runs/set-tag", SetTag.getDefaultInstance(), this::set);
    post("runs/delete-tag", DeleteTag.getDefaultInstance(), runs::deleteTag);
    get("metrics/get-history", GetMetricHistory.getDefaultInstance(), this::history);
  }

  private void addModels(Models models) {
    post("registered-models/create", CreateRegisteredModel.getDefaultInstance(), models::create);
    get("registered-models/get", GetRegisteredModel.getDefaultInstance(), models::get);
    post("registered-models/set-tag", SetRegisteredModelTag.getDefaultInstance(), models::set);
    post("registered-models/alias", SetRegisteredModelAlias.getDefaultInstance(), models::set);
    post("model-versions/create", CreateModelVersion.getDefaultInstance(), models::create);
    get("model-versions/get", GetModelVersion.getDefaultInstance(), models::get);
    get("model-versions/search", SearchModelVersions.getDefaultInstance(), models::search);
  }

  private <Q extends Message> void get(String path, Q empty, Answer<Q> answer) {
    add("GET", path, empty, answer);
  }

  private <Q extends Message> void post(String path, Q empty, Answer<Q> answer) {
    add("POST", path, empty, answer);
  }

  private <Q extends Message> void add(String method, String path, Q empty, Answer<Q> answer) {
    Endpoint endpoint =
        new Endpoint(
            method,
            empty,
            request -> {
              // A message is read into a builder of the type of its empty instance.
              @SuppressWarnings("unchecked")
              Q typed = (Q) request;
              return answer.to(typed);
            });
    byPath.put(path, endpoint);
  }

  /** The answer to one request as JSON; {@code query} is the raw query string, may be empty. */
  String answer(String method, String path, String query, String body)
      throws SQLException, IOException {
    Endpoint endpoint = byPath.get(path);
    if (endpoint == null) {
      throw new ApiException(ApiException.Code.ENDPOINT_NOT_FOUND, "No endpoint " + path);
    }
    if (!method.equals(endpoint.method())) {
      throw new ApiException(
          ApiException.Code.METHOD_NOT_ALLOWED, path + " answers to " + endpoint.method());
    }
    return Messages.json(
        endpoint.answer().to(Messages.read(method, query, body, endpoint.empty())));
  }

  /** Old clients name a run by {@code run_uuid}, new ones by {@code run_id}, ours by both. */
  private static String run(String id, String uuid) {
    String run = id.isEmpty() ? uuid : id;
    if (run.isEmpty()) {
      throw ApiException.invalid("Missing value for required parameter 'run_id'.");
    }
    return run;
  }

  private Message get(GetExperiment request) throws SQLException {
    return GetExperiment.Response.newBuilder()
        .setExperiment(experiments.get(request.getExperimentId()))
        .build();
  }

  private Message get(GetExperimentByName request) throws SQLException {
    return GetExperimentByName.Response.newBuilder()
        .setExperiment(experiments.getByName(request.getExperimentName()))
        .build();
  }

  private Message get(GetRun request) throws SQLException {
    return GetRun.Response.newBuilder()
        .setRun(runs.get(run(request.getRunId(), request.getRunUuid())))
        .build();
  }

  private Message update(UpdateRun request) throws SQLException {
    return runs.update(request, run(request.getRunId(), request.getRunUuid()));
  }

  private Message log(LogMetric request) throws SQLException {
    Metric metric =
        Metric.newBuilder()
            .setKey(request.getKey())
            .setValue(request.getValue())
            .setTimestamp(request.getTimestamp())
            .setStep(request.getStep())
            .build();
    runs.log(batch(run(request.getRunId(), request.getRunUuid())).addMetrics(metric).build());
    return LogMetric.Response.getDefaultInstance();
  }

  private Message log(LogParam request) throws SQLException {
    Param param = Param.newBuilder().setKey(request.getKey()).setValue(request.getValue()).build();
    runs.log(batch(run(request.getRunId(), request.getRunUuid())).addParams(param).build());
    return LogParam.Response.getDefaultInstance();
  }

  private Message set(SetTag request) throws SQLException {
    RunTag tag = RunTag.newBuilder().setKey(request.getKey()).setValue(request.getValue()).build();
    runs.log(batch(run(request.getRunId(), request.getRunUuid())).addTags(tag).build());
    return SetTag.Response.getDefaultInstance();
  }

  private static LogBatch.Builder batch(String run) {
    return LogBatch.newBuilder().setRunId(run);
  }

  private Message history(GetMetricHistory request) throws SQLException {
    return runs.history(request, run(request.getRunId(), request.getRunUuid()));
  }

  private Message list(ListArtifacts request) throws SQLException, IOException {
    String uri = runs.get(run(request.getRunId(), request.getRunUuid())).getInfo().getArtifactUri();
    return ListArtifacts.Response.newBuilder()
        .setRootUri(uri)
        .addAllFiles(artifacts.list(uri, request.getPath()))
        .build();
  }
}
