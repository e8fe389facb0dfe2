package dev.espalier.sweep.mlflow;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.LogBatch;
import org.mlflow.api.proto.Service.RunStatus;

/**
 * Sends one sweep, each part so that sending it twice leaves what sending it once leaves: runs are
 * found by key, times come from the sweep and not from a clock. For one thread.
 */
final class SweepSender {
  static final String FRONT = "pareto";
  static final String KNEE = "knee";
  private static final String PARENT = "mlflow.parentRunId";

  private final TrackingClient client;
  private final TrackedSweep sweep;
  private @Nullable SentRuns runs;

  SweepSender(TrackingClient client, TrackedSweep sweep) {
    this.client = client;
    this.sweep = sweep;
  }

  /** Finds or makes the experiment and the parent run; once that worked it does nothing. */
  SentRuns begin() throws TrackingFailure {
    if (runs != null) {
      return runs;
    }
    SentRuns found = new SentRuns(client, SweepExperiment.id(client, sweep), sweep.key());
    found.load();
    SentRuns.Sent parent = found.get(sweep.key());
    if (parent == null) {
      CreateRun request = request(found, sweep.key(), sweep.name(), sweep.startMillis()).build();
      parent = found.create(sweep.key(), request);
    } else if (parent.ended()) {
      String json = "{\"run_id\": \"" + parent.id() + "\", \"status\": \"RUNNING\"}";
      client.call("reopening the sweep", c -> c.sendPost("runs/update", json));
    }
    log("the sweep", new Batches(parent.id()).params(parameters(parent)).tags(changed(parent)));
    runs = found;
    return found;
  }

  private CreateRun.Builder request(SentRuns found, String key, String name, long startMillis) {
    Map<String, String> tags = new TreeMap<>(sweep.tags());
    tags.put(SentRuns.KEY, key);
    tags.put(SentRuns.SWEEP, sweep.key());
    tags.put("mlflow.source.name", "espalier");
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.user", System.getProperty("user.name", "unknown"));
    return CreateRun.newBuilder()
        .setExperimentId(found.experiment())
        .setRunName(Limits.value(name, Limits.KEY_CHARS))
        .setStartTime(startMillis)
        .addAllTags(Batches.runTags(tags));
  }

  /** Parameters that the parent has not; a server never changes one. */
  private Map<String, String> parameters(SentRuns.Sent parent) {
    Map<String, String> missing = new TreeMap<>(sweep.parameters());
    missing.keySet().removeIf(key -> parent.params().containsKey(Limits.name(key)));
    return missing;
  }

  /** Tags that say what the parent's parameters cannot: the grid of a sweep may have grown. */
  private Map<String, String> changed(SentRuns.Sent parent) {
    Map<String, String> tags = new TreeMap<>(sweep.tags());
    sweep
        .parameters()
        .forEach(
            (key, value) -> {
              String sent = parent.params().get(Limits.name(key));
              if (sent != null && !sent.equals(Limits.value(value, Limits.SENT_PARAM_CHARS))) {
                tags.put("changed." + key, value);
              }
            });
    return tags;
  }

  /** Sends a trial, unless the very same is there; one that is there and differs is replaced. */
  void trial(TrackedTrial trial) throws TrackingFailure {
    SentRuns known = begin();
    String digest = trial.digest();
    SentRuns.Sent sent = known.get(trial.key());
    boolean same =
        sent != null
            && sent.tag(SentRuns.DIGEST).equals(digest)
            && sent.tag(PARENT).equals(parent(known).id());
    if (sent != null && !same) {
      known.delete(sent.id());
      sent = null;
    }
    if (sent == null) {
      sent = create(known, trial, digest);
    }
    if (sent.ended()) {
      return;
    }
    Batches batches = new Batches(sent.id()).params(trial.parameters());
    addMetrics(batches, trial);
    log(trial.name(), batches);
    String id = sent.id();
    RunStatus status = trial.failed() ? RunStatus.FAILED : RunStatus.FINISHED;
    client.call(
        "ending the run " + trial.name(),
        c -> {
          c.setTerminated(id, status, trial.endMillis());
          return id;
        });
    known.put(trial.key(), sent.asEnded());
  }

  private SentRuns.Sent parent(SentRuns known) throws TrackingFailure {
    SentRuns.Sent parent = known.get(sweep.key());
    if (parent == null) {
      throw new TrackingFailure("the parent run of the sweep was deleted on the server", false);
    }
    return parent;
  }

  private SentRuns.Sent create(SentRuns known, TrackedTrial trial, String digest)
      throws TrackingFailure {
    Map<String, String> tags = new TreeMap<>(trial.tags());
    tags.put(PARENT, parent(known).id());
    tags.put(SentRuns.DIGEST, digest);
    tags.put(FRONT, "false");
    if (trial.reason() != null) {
      tags.put("failure.reason", trial.reason());
    }
    Map<String, String> all = new TreeMap<>();
    CreateRun.Builder request = request(known, trial.key(), trial.name(), trial.startMillis());
    request.getTagsList().forEach(tag -> all.put(tag.getKey(), tag.getValue()));
    all.putAll(tags);
    request.clearTags().addAllTags(Batches.runTags(all));
    return known.create(trial.key(), request.build());
  }

  /**
   * The curves, and then the results: at the last step of their curve and later, because MLflow's
   * tables show the last value.
   */
  private static void addMetrics(Batches batches, TrackedTrial trial) {
    Map<String, Integer> last = new HashMap<>();
    long end = trial.endMillis();
    for (CurvePoint point : trial.curve()) {
      last.merge(point.metric(), point.step(), Math::max);
      end = Math.max(end, trial.startMillis() + point.step() + 1);
      batches.metric(
          point.metric(), point.value(), trial.startMillis() + point.step(), point.step());
    }
    for (Map.Entry<String, Double> result : trial.metrics().entrySet()) {
      int step = last.getOrDefault(result.getKey(), 0);
      batches.metric(result.getKey(), result.getValue(), end, step);
    }
  }

  /** Sends a file to the run of {@code key}: a trial's, or the sweep's own for the parent. */
  void artifact(String key, String path, HttpRequest.BodyPublisher body) throws TrackingFailure {
    SentRuns.Sent sent = begin().get(key);
    if (sent == null) {
      throw new TrackingFailure(path + ": there is no run " + key + " to put it to", false);
    }
    String uri = sent.artifactUri();
    if (!uri.startsWith("mlflow-artifacts:/")) {
      throw new TrackingFailure(
          path + ": the server does not take artifacts itself, it keeps them at " + uri, false);
    }
    // With or without a host: mlflow-artifacts://host:port/1/... is the same server.
    String root = uri.replaceFirst("^mlflow-artifacts:(//[^/]*)?/*", "");
    client.put(
        "sending " + path,
        "/api/2.0/mlflow-artifacts/artifacts/" + encode(root) + "/" + encode(path),
        body);
  }

  private static String encode(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /** Marks the front and the knee, and ends the parent run. */
  void finish(Set<String> front, Set<String> knee, boolean failed, long endMillis)
      throws TrackingFailure {
    SentRuns known = begin();
    // Again: a server that was slow to answer may have made a run twice.
    known.load();
    for (String key : known.keys()) {
      SentRuns.Sent sent = known.get(key);
      if (sent != null && !key.equals(sweep.key())) {
        mark(known, key, sent, front.contains(key), knee.contains(key));
      }
    }
    SentRuns.Sent parent = parent(known);
    log("the front", new Batches(parent.id()).tags(Map.of("front.size", "" + front.size())));
    RunStatus status = failed ? RunStatus.FAILED : RunStatus.FINISHED;
    client.call(
        "ending the sweep",
        c -> {
          c.setTerminated(parent.id(), status, endMillis);
          return parent;
        });
    known.put(sweep.key(), parent.asEnded());
  }

  private void mark(SentRuns known, String key, SentRuns.Sent sent, boolean onFront, boolean knee)
      throws TrackingFailure {
    Map<String, String> tags = new TreeMap<>();
    if (!sent.tag(FRONT).equals(Boolean.toString(onFront))) {
      tags.put(FRONT, Boolean.toString(onFront));
    }
    if (knee != sent.tag(KNEE).equals("true")) {
      tags.put(KNEE, Boolean.toString(knee));
    }
    log("the front", new Batches(sent.id()).tags(tags));
    known.put(key, sent.withTags(tags));
  }

  private void log(String what, Batches batches) throws TrackingFailure {
    for (LogBatch batch : batches.all()) {
      client.call(
          "logging " + what,
          c -> {
            c.logBatch(
                batch.getRunId(),
                batch.getMetricsList(),
                batch.getParamsList(),
                batch.getTagsList());
            return batch;
          });
    }
  }
}
