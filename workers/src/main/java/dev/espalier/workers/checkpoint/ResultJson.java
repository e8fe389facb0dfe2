package dev.espalier.workers.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stage's result as one line of JSON: {@code result.json} and the lines of {@code stages.jsonl}.
 *
 * <p>Numbers that JSON has not (NaN, infinity) are written as null and read as NaN. Fields that are
 * not known are passed over; one that is missing makes the text unreadable, but for {@code
 * measure}, which is 0 then.
 */
public final class ResultJson {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private static final double EXACT = 1L << 53;

  private ResultJson() {}

  /** One line without its line break. */
  public static String write(StageResult result) {
    ObjectNode node = JSON.createObjectNode();
    node.put("stage", result.id().hex());
    if (result instanceof StageResult.Done done) {
      node.put("status", "done");
      writeDone(node, done);
    } else if (result instanceof StageResult.Failed failed) {
      node.put("status", "failed");
      node.put("cause", failed.cause().name());
      node.put("reason", failed.reason());
    } else {
      throw new AssertionError(result);
    }
    put(node, "seconds", result.seconds());
    return node.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if {@code text} is not such a line
   */
  public static StageResult read(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      StageId id = new StageId(text(node, "stage"));
      double seconds = node.required("seconds").asDouble();
      String status = text(node, "status");
      if (status.equals("failed")) {
        return new StageResult.Failed(
            id, StageResult.Cause.valueOf(text(node, "cause")), text(node, "reason"), seconds);
      }
      if (!status.equals("done")) {
        throw new IllegalArgumentException("status must be done or failed, found " + status);
      }
      return readDone(node, id, seconds);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Metrics as an object; the same text in every file. */
  public static ObjectNode writeMetrics(Metrics metrics) {
    ObjectNode node = JSON.createObjectNode();
    metrics.values().forEach((name, value) -> put(node, name, value));
    return node;
  }

  public static Metrics readMetrics(JsonNode node) {
    Map<String, Double> values = new TreeMap<>();
    node.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              values.put(field.getKey(), value.isNumber() ? value.doubleValue() : Double.NaN);
            });
    return new Metrics(values);
  }

  /** Puts a number as people write it: counts without a fraction, null for NaN and infinity. */
  public static void put(ObjectNode node, String name, double value) {
    if (!Double.isFinite(value)) {
      node.putNull(name);
    } else if (value == Math.rint(value) && Math.abs(value) <= EXACT && !isNegativeZero(value)) {
      node.put(name, (long) value);
    } else {
      node.put(name, value);
    }
  }

  private static boolean isNegativeZero(double value) {
    return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(-0.0);
  }

  private static void writeDone(ObjectNode node, StageResult.Done done) {
    node.put("measure", done.measure());
    node.set("metrics", writeMetrics(done.metrics()));
    ArrayNode curve = node.putArray("curve");
    for (EpochMetrics point : done.curve()) {
      curve.addObject().put("epoch", point.epoch()).set("metrics", writeMetrics(point.metrics()));
    }
    ArrayNode layers = node.putArray("layers");
    done.layers().forEach(layer -> layers.add(JSON.<ObjectNode>valueToTree(layer)));
    node.set("correct", JSON.valueToTree(new TreeMap<>(done.correct())));
    node.set("files", JSON.valueToTree(new TreeMap<>(done.files())));
    node.set("environment", JSON.valueToTree(done.environment()));
  }

  private static StageResult.Done readDone(JsonNode node, StageId id, double seconds)
      throws JsonProcessingException {
    List<EpochMetrics> curve = new ArrayList<>();
    for (JsonNode point : node.required("curve")) {
      curve.add(
          new EpochMetrics(
              point.required("epoch").intValue(), readMetrics(point.required("metrics"))));
    }
    List<LayerRow> layers = new ArrayList<>();
    for (JsonNode layer : node.required("layers")) {
      layers.add(JSON.treeToValue(layer, LayerRow.class));
    }
    Map<String, String> correct = new TreeMap<>();
    node.required("correct")
        .properties()
        .forEach(field -> correct.put(field.getKey(), field.getValue().asText()));
    Map<String, DataFile> files = new TreeMap<>();
    for (Map.Entry<String, JsonNode> file : node.required("files").properties()) {
      files.put(file.getKey(), JSON.treeToValue(file.getValue(), DataFile.class));
    }
    return new StageResult.Done(
        id,
        node.path("measure").asInt(0),
        readMetrics(node.required("metrics")),
        curve,
        layers,
        correct,
        files,
        JSON.treeToValue(node.required("environment"), Environment.class),
        seconds);
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.required(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " must be a text, found " + value);
    }
    return value.textValue();
  }
}
