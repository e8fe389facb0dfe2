package dev.espalier.workers.stage;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts from the user's own network: a Deeplearning4j ComputationGraph saved by ModelSerializer,
 * or an ONNX file.
 *
 * @param digest SHA-256 of the file, which is its identity; if an ONNX file has external weights,
 *     that of a text with the SHA-256 of each of its files
 * @param input how its images are normalized; null: by the mean and deviation of the training
 *     images, as for a network that is trained here
 * @param otherClasses the number of its classes if they are not those of the data, in which case
 *     its predictions cannot be evaluated; otherwise 0
 */
public record Load(String path, String digest, @Nullable Normalization input, int otherClasses)
    implements Start {
  /** A network with the classes of the data. */
  public Load(String path, String digest, @Nullable Normalization input) {
    this(path, digest, input, 0);
  }

  /** Whether its classes differ from those of the data. */
  public boolean hasOtherClasses() {
    return otherClasses > 0;
  }

  /** The images and classes of the network if it reads the images of {@code data}. */
  public DataFacts facts(DataFacts data) {
    return hasOtherClasses() ? data.withClasses(otherClasses) : data;
  }

  @Override
  public String canonical() {
    return "load " + digest + (input == null ? "" : "\ninput " + input.canonical());
  }

  @Override
  public String word() {
    return "load";
  }

  /** The file's name without its extension, of letters that every file system and URL takes. */
  @Override
  public String slug() {
    Path file = Path.of(path).getFileName();
    String name = file == null ? "network" : file.toString();
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name).replaceAll("[^A-Za-z0-9._-]", "-");
  }

  @Override
  public String brief() {
    return slug();
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("model", slug());
    parameters.put("width", null);
    return parameters;
  }
}
