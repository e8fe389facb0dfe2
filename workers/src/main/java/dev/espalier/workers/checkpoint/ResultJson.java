package dev.espalier.workers.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
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
  private static final ObjectMapper JSON = new ObjectMapper();

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
    return ResultReader.read(text);
  }

  /** Metrics as an object; the same text in every file. */
  public static ObjectNode writeMetrics(Metrics metrics) {
    ObjectNode node = JSON.createObjectNode();
    metrics.values().forEach((name, value) -> put(node, name, value));
    return node;
  }

  /**
   * Reads what {@link #writeMetrics} wrote.
   *
   * @param line at the first token of the object
   * @throws IllegalArgumentException if there is no object
   */
  public static Metrics readMetrics(JsonParser line) throws IOException {
    return ResultReader.metrics(line);
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
}
