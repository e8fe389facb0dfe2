package dev.espalier.workers.dl4j;

import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * What the file of a network says of its images: how they were normalized and what its classes are
 * called. It stands in the entry {@code input.json}, in objects that exports of older versions
 * attached, or in the {@code normalizer.bin} of Deeplearning4j; in this order.
 */
public final class NetworkInput {
  static final String ENTRY = "input.json";

  private static final int MAX_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private NetworkInput() {}

  /**
   * Adds it to a file, beside the network: whoever reads the network does not notice.
   *
   * @param labels names of the classes, in the order of the outputs
   */
  public static void attach(Path modelZip, Normalization normalization, List<String> labels)
      throws IOException {
    ObjectNode content = JSON.createObjectNode();
    content.put("formula", "(pixel / 255 - mean) / deviation");
    ArrayNode mean = content.putArray("mean");
    ArrayNode deviation = content.putArray("deviation");
    for (Channel channel : normalization.channels()) {
      mean.add(channel.mean());
      deviation.add(channel.deviation());
    }
    ArrayNode names = content.putArray("labels");
    labels.forEach(names::add);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    JSON.writerWithDefaultPrettyPrinter().writeValue(bytes, content);
    try (FileSystem zip = FileSystems.newFileSystem(modelZip)) {
      Files.write(zip.getPath(ENTRY), bytes.toByteArray());
    }
  }

  /**
   * How the images of a network were normalized; null where its file does not say.
   *
   * @param channels of the images it shall read
   * @throws IllegalArgumentException if what the file says cannot be honoured
   */
  public static @Nullable Normalization normalization(Path modelZip, int channels) {
    try (ModelArchive archive = ModelArchive.open(modelZip)) {
      if (archive.has(ENTRY)) {
        JsonNode content = json(archive);
        return normalization(
            archive,
            numbers(archive, content, "mean"),
            numbers(archive, content, "deviation"),
            channels);
      }
      double[] mean = AttachedObjects.numbers(archive, "mean");
      double[] deviation = AttachedObjects.numbers(archive, "deviation");
      if (mean != null && deviation != null) {
        return normalization(archive, mean, deviation, channels);
      }
      return archive.has(SavedNormalizer.ENTRY) ? SavedNormalizer.read(archive, channels) : null;
    }
  }

  /**
   * Names of the classes of a network, in the order of its outputs; empty where its file does not
   * say.
   */
  public static List<String> labels(Path modelZip) {
    try (ModelArchive archive = ModelArchive.open(modelZip)) {
      if (!archive.has(ENTRY)) {
        return AttachedObjects.texts(archive, "labels");
      }
      JsonNode labels = json(archive).path("labels");
      return StreamSupport.stream(labels.spliterator(), false).map(JsonNode::asText).toList();
    }
  }

  private static JsonNode json(ModelArchive archive) {
    try {
      return JSON.readTree(archive.read(ENTRY, MAX_BYTES));
    } catch (IOException e) {
      throw archive.refused(ENTRY, "must be JSON", ModelArchive.firstLine(e));
    }
  }

  private static double[] numbers(ModelArchive archive, JsonNode content, String key) {
    JsonNode values = content.path(key);
    if (!values.isArray()
        || !StreamSupport.stream(values.spliterator(), false).allMatch(JsonNode::isNumber)) {
      throw archive.refused(ENTRY, "must have a list of numbers as " + key, values.toString());
    }
    return StreamSupport.stream(values.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  /** Of one mean and one deviation a channel. */
  private static Normalization normalization(
      ModelArchive archive, double[] mean, double[] deviation, int channels) {
    if (mean.length != channels || deviation.length != channels) {
      throw ModelArchive.refused(
          archive.file(),
          "must have a mean and a deviation for each of the %d channels of the data"
              .formatted(channels),
          mean.length + " and " + deviation.length);
    }
    List<Channel> all = new ArrayList<>();
    try {
      for (int c = 0; c < channels; c++) {
        all.add(new Channel(mean[c], deviation[c]));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(archive.file() + ": " + e.getMessage(), e);
    }
    return new Normalization(all);
  }
}
