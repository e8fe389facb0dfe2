package dev.espalier.sweep.mlflow;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
  private static final Set<String> GET = Set.of("GET");
  private static final Set<String> POST = Set.of("POST");
  private static final Set<String> BOTH = Set.of("GET", "POST");

  private final Experiments experiments;
  private final Runs runs;
  private final ArtifactFolder artifacts;
  private final Map<String, Endpoint> endpoints = new HashMap<>();

  /** The methods, an empty request, and what answers a full one. */
  private record Endpoint(Set<String> methods, Message empty, Answer<Message> answer) {}

  private interface Answer<Q> {
    Message to(Q request) throws SQLException, IOException;
  }

  Endpoints(Experiments experiments, Runs runs, ArtifactFolder artifacts) {
    this.experiments = experiments;
    this.runs = runs;
    this.artifacts = artifacts;
    add("experiments/create", POST, CreateExperiment.getDefaultInstance(), experiments::create);
    add("experiments/get", GET, GetExperiment.getDefaultInstance(), this::get);
    add("experiments/get-by-name", GET, GetExperimentByName.getDefaultInstance(), this::get);
    add("experiments/search", BOTH, SearchExperiments.getDefaultInstance(), experiments::search);
    add(
        "experiments/set-experiment-tag",
        POST,
        SetExperimentTag.getDefaultInstance(),
        experiments::setTag);
    add("runs/create", POST, CreateRun.getDefaultInstance(), runs::create);
    add("runs/get", GET, GetRun.getDefaultInstance(), this::get);
    add("runs/update", POST, UpdateRun.getDefaultInstance(), this::update);
    add("runs/search", POST, SearchRuns.getDefaultInstance(), runs::search);
    add("runs/delete", POST, DeleteRun.getDefaultInstance(), runs::delete);
    add("runs/restore", POST, RestoreRun.getDefaultInstance(), runs::restore);
    add("runs/log-batch", POST, LogBatch.getDefaultInstance(), runs::log);
    add("runs/log-metric", POST, LogMetric.getDefaultInstance(), this::log);
    add("runs/log-parameter", POST, LogParam.getDefaultInstance(), this::log);
    add("runs/set-tag", POST, SetTag.getDefaultInstance(), this::set);
    add("runs/delete-tag", POST, DeleteTag.getDefaultInstance(), runs::deleteTag);
    add("metrics/get-history", GET, GetMetricHistory.getDefaultInstance(), this::history);
    add("artifacts/list", GET, ListArtifacts.getDefaultInstance(), this::list);
  }

  private <Q extends Message> void add(
      String path, Set<String> methods, Q empty, Answer<Q> answer) {
    endpoints.put(
        path,
        new Endpoint(
            methods,
            empty,
            request -> {
              // A message is read into a builder of the type of its empty instance.
              @SuppressWarnings("unchecked")
              Q typed = (Q) request;
              return answer.to(typed);
            }));
  }

  /** The answer to one request as JSON; {@code query} is the raw query string, may be empty. */
  String answer(String method, String path, String query, String body)
      throws SQLException, IOException {
    Endpoint endpoint = endpoints.get(path);
    if (endpoint == null) {
      throw new ApiException(ApiException.Code.ENDPOINT_NOT_FOUND, "No endpoint " + path);
    }
    if (!endpoint.methods().contains(method)) {
      throw new ApiException(
          ApiException.Code.METHOD_NOT_ALLOWED, path + " answers to " + endpoint.methods());
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
