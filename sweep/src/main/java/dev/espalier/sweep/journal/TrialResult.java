package dev.espalier.sweep.journal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.workers.checkpoint.JsonLine;
import dev.espalier.workers.checkpoint.Repeated;
import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of a trial, a line of {@code results.jsonl}.
 *
 * @param trial its id
 * @param standsFor the scopes that this trial is the same for, empty where it is one trial
 * @param pipelines the names of those that reach it; empty for a grid
 * @param control the kind of control that it is; null for a trial that the config asks for
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
    @Nullable Control control,
    Map<String, @Nullable Object> parameters,
    Metrics metrics,
    List<StageId> path,
    @Nullable String reason,
    double seconds,
    double secondsOwn) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false) // 80 would be 8E+1
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

  /** The result of a trial that is no control. */
  public TrialResult(
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
    this(
        trial,
        name,
        standsFor,
        pipelines,
        null,
        parameters,
        metrics,
        path,
        reason,
        seconds,
        secondsOwn);
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

  /**
   * The same, as a plan has it: a sweep that is extended may reach a trial by more pipelines, and
   * ask for one that was a control.
   */
  public TrialResult planned(List<String> names, @Nullable Control as) {
    return names.equals(pipelines) && as == control
        ? this
        : new TrialResult(
            trial,
            name,
            standsFor,
            names,
            as,
            parameters,
            metrics,
            path,
            reason,
            seconds,
            secondsOwn);
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
        control,
        parameters,
        new Metrics(all),
        path,
        reason,
        seconds,
        secondsOwn);
  }

  /** Whether two results are the same, apart from the time they took and what the plan says. */
  boolean sameAs(TrialResult other) {
    return trial.equals(other.trial)
        && name.equals(other.name)
        && standsFor.equals(other.standsFor)
        && metrics.equals(other.metrics)
        && path.equals(other.path)
        && Objects.equals(reason, other.reason)
        && parameters.keySet().equals(other.parameters.keySet())
        && parameters.keySet().stream()
            .allMatch(name -> isSame(parameters.get(name), other.parameters.get(name)));
  }

  /** Numbers of other kinds may be the same text. */
  private static boolean isSame(@Nullable Object a, @Nullable Object b) {
    return Objects.equals(a, b)
        || JSON.valueToTree(a).toString().equals(JSON.valueToTree(b).toString());
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
    if (control != null) {
      node.put(Control.PARAMETER, control.word());
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
    Read read = new Read();
    JsonLine.read(JSON, line, Read.REQUIRED, read::field);
    return read.result();
  }

  /** A line as far as it is read; its fields may come in any order. */
  private static final class Read {
    static final Set<String> REQUIRED =
        Set.of(
            "trial", "name", "status", "parameters", "metrics", "path", "seconds", "seconds_own");

    // Of small trees, which take the zeros at the end of a fraction away.
    private static final ObjectReader TREE =
        JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Map<String, String> texts = new HashMap<>();
    private final List<String> standsFor = new ArrayList<>();
    private final List<String> pipelines = new ArrayList<>();
    private final Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    private final List<StageId> path = new ArrayList<>();
    private Metrics metrics = Metrics.NONE;
    private @Nullable Control control;
    private double seconds;
    private double secondsOwn;

    void field(String name, JsonParser value) throws IOException {
      switch (name) {
        case "trial", "name", "status", "reason" -> texts.put(name, JsonLine.text(value));
        case "stands_for" ->
            JsonLine.array(value, scope -> standsFor.add(Repeated.one(JsonLine.text(scope))));
        case "pipelines" ->
            JsonLine.array(value, one -> pipelines.add(Repeated.one(JsonLine.text(one))));
        case Control.PARAMETER -> control = Control.of(JsonLine.text(value));
        case "parameters" -> readParameters(value);
        case "metrics" -> metrics = ResultJson.readMetrics(value);
        case "path" ->
            JsonLine.array(value, id -> path.add(Repeated.one(new StageId(JsonLine.text(id)))));
        case "seconds" -> seconds = JsonLine.number(value, 0);
        case "seconds_own" -> secondsOwn = JsonLine.number(value, 0);
        default -> {}
      }
    }

    private void readParameters(JsonParser value) throws IOException {
      JsonNode node = TREE.readTree(value);
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        parameters.put(field.getKey(), JSON.treeToValue(field.getValue(), Object.class));
      }
    }

    TrialResult result() {
      return new TrialResult(
          text("trial"),
          text("name"),
          standsFor,
          pipelines,
          control,
          parameters,
          metrics,
          path,
          text("status").equals("completed") ? null : text("reason"),
          seconds,
          secondsOwn);
    }

    private String text(String field) {
      String text = texts.get(field);
      if (text == null) {
        throw new IllegalArgumentException("no " + field);
      }
      return text;
    }
  }
}
