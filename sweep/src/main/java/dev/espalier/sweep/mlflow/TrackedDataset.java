package dev.espalier.sweep.mlflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.trackingserver.Limits;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.mlflow.api.proto.Service.Dataset;
import org.mlflow.api.proto.Service.DatasetInput;
import org.mlflow.api.proto.Service.InputTag;
import org.mlflow.api.proto.Service.LogInputs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data set of a sweep.
 *
 * @param name such as {@code cifar10}
 * @param digest names its content, in hex: equal digests are equal images
 * @param images how many, by split
 */
public record TrackedDataset(String name, String digest, Map<String, Integer> images) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** MLflow keeps no longer ones. */
  private static final int DIGEST_CHARS = 36;

  public TrackedDataset {
    images = Collections.unmodifiableMap(new TreeMap<>(images));
  }

  /** The message by which MLflow learns, since version 2.4, that {@code run} used it. */
  LogInputs input(String run) {
    ObjectNode profile = JSON.createObjectNode();
    images.forEach((split, count) -> profile.put("images_" + split, count));
    Dataset dataset =
        Dataset.newBuilder()
            .setName(SentText.value(name, Limits.KEY_CHARS))
            .setDigest(digest.substring(0, Math.min(digest.length(), DIGEST_CHARS)))
            .setSourceType("local")
            .setSource(JSON.createObjectNode().put("name", name).toString())
            .setProfile(profile.toString())
            .build();
    return LogInputs.newBuilder()
        .setRunId(run)
        .addDatasets(
            DatasetInput.newBuilder()
                .setDataset(dataset)
                .addTags(InputTag.newBuilder().setKey("mlflow.data.context").setValue("training")))
        .build();
  }

  /**
   * Tells a server which data set its runs used. MLflow has data sets since 2.4; a server that has
   * none is asked once, and the data set stands in the tags alone.
   */
  static final class Inputs {
    private static final Logger LOG = LoggerFactory.getLogger(Inputs.class);

    private final TrackedDataset dataset;
    private volatile boolean known = true;

    Inputs(TrackedDataset dataset) {
      this.dataset = dataset;
    }

    void log(TrackingClient client, String run) throws TrackingFailure {
      if (!known) {
        return;
      }
      try {
        client.post(
            "the data set", "runs/log-inputs", dataset.input(run), LogInputs.Response.newBuilder());
      } catch (TrackingFailure e) {
        if (e.is(TrackingFailure.Kind.AMBIGUOUS)) {
          throw e;
        }
        known = !e.is(TrackingFailure.Kind.UNKNOWN_CALL);
        LOG.debug("the data set is recorded only in the tags: {}", e.getMessage());
      }
    }
  }
}
