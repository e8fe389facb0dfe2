package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.trackingserver.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mlflow.api.proto.Service.LogBatch;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunTag;

/** Splits what a run logs into as few batches as a server accepts; names and values are mended. */
final class Batches {
  /** JSON around one entry, generously. */
  private static final int ENTRY_BYTES = 160;

  private final String run;
  private final List<LogBatch> full = new ArrayList<>();
  private LogBatch.Builder open;
  private int bytes;

  Batches(String run) {
    this.run = run;
    this.open = LogBatch.newBuilder().setRunId(run);
  }

  Batches params(Map<String, String> params) {
    params.forEach(
        (key, wanted) -> {
          String name = SentText.name(key);
          String value = SentText.value(wanted, SentText.PARAM_CHARS);
          room(open.getParamsCount() < Limits.BATCH_PARAMS, size(name) + size(value));
          open.addParams(Param.newBuilder().setKey(name).setValue(value));
        });
    return this;
  }

  Batches tags(Map<String, String> tags) {
    for (RunTag tag : runTags(tags)) {
      room(open.getTagsCount() < Limits.BATCH_TAGS, size(tag.getKey()) + size(tag.getValue()));
      open.addTags(tag);
    }
    return this;
  }

  static List<RunTag> runTags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(
            tag ->
                RunTag.newBuilder()
                    .setKey(SentText.name(tag.getKey()))
                    .setValue(SentText.value(tag.getValue(), SentText.TAG_CHARS))
                    .build())
        .toList();
  }

  Batches curve(List<CurvePoint> points) {
    for (CurvePoint point : points) {
      metric(point.metric(), point.value(), point.timeMillis(), point.step());
    }
    return this;
  }

  /**
   * The results of a trial: at the last step of their curve and later, because MLflow's tables show
   * the last value.
   */
  Batches results(TrackedTrial trial) {
    Map<String, Integer> last = new HashMap<>();
    long end = trial.endMillis();
    for (CurvePoint point : trial.curve()) {
      last.merge(point.metric(), point.step(), Math::max);
      end = Math.max(end, point.timeMillis() + 1);
    }
    for (Map.Entry<String, Double> result : trial.metrics().entrySet()) {
      int step = last.getOrDefault(result.getKey(), 0);
      metric(result.getKey(), result.getValue(), end, step);
    }
    return this;
  }

  Batches metric(String key, double value, long timeMillis, long step) {
    String name = SentText.name(key);
    room(open.getMetricsCount() < Limits.BATCH_METRICS, size(name));
    open.addMetrics(
        Metric.newBuilder().setKey(name).setValue(value).setTimestamp(timeMillis).setStep(step));
    return this;
  }

  private void room(boolean fits, int size) {
    int entities = open.getMetricsCount() + open.getParamsCount() + open.getTagsCount();
    if (!fits
        || entities == Limits.BATCH_ENTITIES
        || bytes + size + ENTRY_BYTES > Limits.JSON_BYTES - 1000) {
      full.add(open.build());
      open = LogBatch.newBuilder().setRunId(run);
      bytes = 0;
    }
    bytes += size + ENTRY_BYTES;
  }

  /** Bytes as JSON at the most: some ASCII characters become six bytes. */
  private static int size(String text) {
    int special = (int) text.chars().filter(c -> c < ' ' || "<>&='\"\\".indexOf(c) >= 0).count();
    return text.getBytes(StandardCharsets.UTF_8).length + 5 * special;
  }

  /** In order; none where nothing was added. */
  List<LogBatch> all() {
    List<LogBatch> all = new ArrayList<>(full);
    if (open.getMetricsCount() + open.getParamsCount() + open.getTagsCount() > 0) {
      all.add(open.build());
    }
    return all;
  }

  /** Logs all batches; messages call them {@code what}. */
  void send(TrackingClient client, String what) throws TrackingFailure {
    for (LogBatch batch : all()) {
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
