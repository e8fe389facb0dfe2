package dev.espalier.workers.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A line of {@link ResultJson} as far as it is read; its fields may come in any order. */
final class ResultReader {
  private static final Set<String> REQUIRED = Set.of("stage", "status", "seconds");
  private static final Set<String> REQUIRED_OF_POINT = Set.of("epoch", "metrics");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
  private static final ObjectReader LAYER = JSON.readerFor(LayerRow.class);
  private static final ObjectReader FILE = JSON.readerFor(DataFile.class);
  private static final ObjectReader ENVIRONMENT = JSON.readerFor(Environment.class);

  private final Map<String, String> texts = new TreeMap<>();
  private double seconds;
  private int measure;
  private @Nullable Metrics metrics;
  private @Nullable List<EpochMetrics> curve;
  private @Nullable List<LayerRow> layers;
  private @Nullable Map<String, String> correct;
  private @Nullable Map<String, DataFile> files;
  private @Nullable Environment environment;

  private ResultReader() {}

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException as {@link JsonLine#read}, or if the line is of no result
   */
  static StageResult read(String text) {
    ResultReader reader = new ResultReader();
    JsonLine.read(JSON, text, REQUIRED, reader::field);
    return reader.result();
  }

  private void field(String name, JsonParser value) throws IOException {
    switch (name) {
      case "stage", "status", "cause", "reason" -> texts.put(name, JsonLine.text(value));
      case "seconds" -> seconds = JsonLine.number(value, 0);
      case "measure" -> measure = (int) JsonLine.number(value, 0);
      case "metrics" -> metrics = metrics(value);
      case "curve" -> curve = curve(value);
      case "layers" -> layers = layers(value);
      case "correct" -> {
        Map<String, String> read = new TreeMap<>();
        JsonLine.object(value, Set.of(), (split, bits) -> read.put(split, JsonLine.text(bits)));
        correct = read;
      }
      case "files" -> {
        Map<String, DataFile> read = new TreeMap<>();
        JsonLine.object(value, Set.of(), (role, file) -> read.put(role, FILE.readValue(file)));
        files = read;
      }
      case "environment" -> environment = Repeated.one(ENVIRONMENT.<Environment>readValue(value));
      default -> {}
    }
  }

  /**
   * Reads an object of numbers; what is none counts as NaN.
   *
   * @throws IllegalArgumentException if {@code line} is not at an object
   */
  static Metrics metrics(JsonParser line) throws IOException {
    TreeMap<String, Double> values = new TreeMap<>();
    JsonLine.object(
        line,
        Set.of(),
        (metric, number) -> values.put(metric, JsonLine.number(number, Double.NaN)));
    return new Metrics(values);
  }

  private static List<EpochMetrics> curve(JsonParser line) throws IOException {
    List<EpochMetrics> points = new ArrayList<>();
    JsonLine.array(
        line,
        point -> {
          var at = new int[1];
          var measured = new Metrics[] {Metrics.NONE};
          JsonLine.object(
              point,
              REQUIRED_OF_POINT,
              (name, value) -> {
                switch (name) {
                  case "epoch" -> at[0] = (int) JsonLine.number(value, 0);
                  case "metrics" -> measured[0] = metrics(value);
                  default -> {}
                }
              });
          points.add(new EpochMetrics(at[0], measured[0]));
        });
    return points;
  }

  private static List<LayerRow> layers(JsonParser line) throws IOException {
    List<LayerRow> rows = new ArrayList<>();
    JsonLine.array(line, layer -> rows.add(withRepeated(LAYER.readValue(layer))));
    return rows;
  }

  /** All stages of a network have the same layers, and a sweep has millions of rows. */
  private static LayerRow withRepeated(LayerRow row) {
    return new LayerRow(
        Repeated.one(row.name()),
        Repeated.one(row.kind()),
        Repeated.one(row.shape()),
        row.prunable(),
        row.weights(),
        row.nonzero(),
        row.values(),
        row.macs(),
        row.macsNonzero(),
        Repeated.one(row.encoding()),
        row.bytes());
  }

  private StageResult result() {
    StageId id = new StageId(required("stage", texts.get("stage")));
    String status = required("status", texts.get("status"));
    return switch (status) {
      case "failed" ->
          new StageResult.Failed(
              id,
              StageResult.Cause.valueOf(required("cause", texts.get("cause"))),
              required("reason", texts.get("reason")),
              seconds);
      case "done" ->
          new StageResult.Done(
              id,
              measure,
              required("metrics", metrics),
              required("curve", curve),
              required("layers", layers),
              required("correct", correct),
              required("files", files),
              required("environment", environment),
              seconds);
      default ->
          throw new IllegalArgumentException("status must be done or failed, found " + status);
    };
  }

  private static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("no " + field);
    }
    return value;
  }
}
