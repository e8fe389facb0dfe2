package dev.espalier.sweep.mlflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.mlflow.api.proto.Service.Dataset;
import org.mlflow.api.proto.Service.DatasetInput;
import org.mlflow.api.proto.Service.InputTag;
import org.mlflow.api.proto.Service.LogInputs;

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

  /** What tells MLflow, since its version 2.4, that {@code run} used it. */
  LogInputs input(String run) {
    ObjectNode profile = JSON.createObjectNode();
    images.forEach((split, count) -> profile.put("images_" + split, count));
    Dataset dataset =
        Dataset.newBuilder()
            .setName(Limits.value(name, Limits.KEY_CHARS))
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
}
