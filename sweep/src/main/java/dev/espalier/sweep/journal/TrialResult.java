package dev.espalier.sweep.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of a trial, a line of {@code results.jsonl}.
 *
 * @param trial its id
 * @param standsFor the scopes that this trial is the same for, empty where it is one trial
 * @param pipelines the names of those that reach it; empty for a grid
 * @param parameters texts and numbers, in the order of the grid
 * @param metrics of its last stage; none if it failed
 * @param path its stages, first to last
 * @param reason why it failed; null if it is completed
 * @param seconds that its stages took one after another, shared ones included
 * @param secondsOwn that its last stage took
 */
public record TrialResult(
    String trial,
    String name,
    List<String> standsFor,
    List<String> pipelines,
    Map<String, @Nullable Object> parameters,
    Metrics metrics,
    List<StageId> path,
    @Nullable String reason,
    double seconds,
    double secondsOwn) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public TrialResult {
    standsFor = List.copyOf(standsFor);
    pipelines = List.copyOf(pipelines);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    path = List.copyOf(path);
    if (path.isEmpty() || !path.get(path.size() - 1).hex().equals(trial)) {
      throw new IllegalArgumentException(
          "the last stage of a trial must have its id, %s, found the path %s"
              .formatted(trial, path));
    }
    if (reason != null && !metrics.values().isEmpty()) {
      throw new IllegalArgumentException(
          "a failed trial must have no metrics, found %s".formatted(metrics.values().keySet()));
    }
  }

  /**
   * The metrics of a trial: those of its last stage, but that its dense size is that of the network
   * which it was made of.
   *
   * @param start metrics of its first stage; none where they are not known
   */
  public static Metrics metrics(Metrics last, Metrics start) {
    double dense = start.get(Metrics.SIZE_DENSE_BYTES);
    if (Double.isNaN(dense) || dense == last.get(Metrics.SIZE_DENSE_BYTES)) {
      return last;
    }
    SortedMap<String, Double> values = new TreeMap<>(last.values());
    values.replace(Metrics.SIZE_DENSE_BYTES, dense);
    return new Metrics(values);
  }

  public boolean completed() {
    return reason == null;
  }

  /** The same, reached by these pipelines: a sweep that is extended may have more of them. */
  public TrialResult reachedBy(List<String> names) {
    return names.equals(pipelines)
        ? this
        : new TrialResult(
            trial, name, standsFor, names, parameters, metrics, path, reason, seconds, secondsOwn);
  }

  /** The same with more metrics. */
  public TrialResult with(Metrics more) {
    SortedMap<String, Double> all = new TreeMap<>(metrics.values());
    all.putAll(more.values());
    return new TrialResult(
        trial,
        name,
        standsFor,
        pipelines,
        parameters,
        new Metrics(all),
        path,
        reason,
        seconds,
        secondsOwn);
  }

  /** Whether two results are the same, apart from the time they took. */
  boolean sameAs(TrialResult other) {
    return trial.equals(other.trial)
        && name.equals(other.name)
        && standsFor.equals(other.standsFor)
        && metrics.equals(other.metrics)
        && path.equals(other.path)
        && Objects.equals(reason, other.reason)
        // Numbers of other kinds may be the same text.
        && (parameters.equals(other.parameters)
            || JSON.valueToTree(parameters)
                .toString()
                .equals(JSON.valueToTree(other.parameters).toString()));
  }

  /** One line without its line break. */
  public String write() {
    return toJson().toString();
  }

  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("trial", trial);
    node.put("name", name);
    node.put("status", completed() ? "completed" : "failed");
    if (reason != null) {
      node.put("reason", reason);
    }
    if (!standsFor.isEmpty()) {
      node.set("stands_for", JSON.valueToTree(standsFor));
    }
    if (!pipelines.isEmpty()) {
      node.set("pipelines", JSON.valueToTree(pipelines));
    }
    node.set("parameters", JSON.valueToTree(parameters));
    node.set("metrics", ResultJson.writeMetrics(metrics));
    ArrayNode stages = node.putArray("path");
    path.forEach(stage -> stages.add(stage.hex()));
    ResultJson.put(node, "seconds", seconds);
    ResultJson.put(node, "seconds_own", secondsOwn);
    return node;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if {@code line} is not such a line
   */
  public static TrialResult read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      List<String> standsFor = new ArrayList<>();
      node.path("stands_for").forEach(scope -> standsFor.add(scope.asText()));
      List<String> pipelines = new ArrayList<>();
      node.path("pipelines").forEach(pipeline -> pipelines.add(pipeline.asText()));
      Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : node.required("parameters").properties()) {
        parameters.put(field.getKey(), JSON.treeToValue(field.getValue(), Object.class));
      }
      List<StageId> path = new ArrayList<>();
      node.required("path").forEach(stage -> path.add(new StageId(stage.asText())));
      return new TrialResult(
          node.required("trial").asText(),
          node.required("name").asText(),
          standsFor,
          pipelines,
          parameters,
          ResultJson.readMetrics(node.required("metrics")),
          path,
          node.required("status").asText().equals("completed")
              ? null
              : node.required("reason").asText(),
          node.required("seconds").asDouble(),
          node.required("seconds_own").asDouble());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
