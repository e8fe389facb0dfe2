package dev.espalier.workers;

import dev.espalier.workers.dl4j.ModelFile;
import dev.espalier.workers.dl4j.NetworkInput;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.onnx.reader.OnnxFile;
import dev.espalier.workers.onnx.reader.OnnxNetwork;
import dev.espalier.workers.storage.Bounded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file of a user's own network: an ONNX file or a Deeplearning4j zip, whatever its name is. */
public final class OwnNetworkFile {
  private OwnNetworkFile() {}

  /**
   * What a file says about the images that its network reads.
   *
   * @param normalization null if it says nothing
   * @param labels names of the classes, in the order of the outputs; empty if it says nothing
   */
  public record Contract(@Nullable Normalization normalization, List<String> labels) {
    public Contract {
      labels = List.copyOf(labels);
    }
  }

  /**
   * What the file says.
   *
   * @param data that the network shall read
   * @throws IllegalArgumentException if what it says cannot be honoured
   */
  public static Contract contract(Path file, DataFacts data) {
    if (OnnxFile.begins(file)) {
      OnnxNetwork network = OnnxFile.read(file, data);
      return new Contract(network.normalization(), network.labels());
    }
    return new Contract(
        NetworkInput.normalization(file, data.channels()), NetworkInput.labels(file));
  }

  /**
   * The number of classes of the network, whatever the data has.
   *
   * @param data whose images the network shall read
   * @throws IllegalArgumentException if the file has no network that can read them
   */
  public static int classes(Path file, DataFacts data) {
    return OnnxFile.begins(file) ? OnnxFile.classes(file, data) : ModelFile.classes(file);
  }

  /** Whether it is an ONNX file, whose network always has a table. */
  public static boolean isOnnx(Path file) {
    return OnnxFile.begins(file);
  }

  /**
   * The identity of the network: SHA-256 of the file, 64 hex digits; of an ONNX file with weights
   * beside it that of all its files ({@link OnnxFile#digest}).
   */
  public static String digest(Path file) throws IOException {
    return OnnxFile.begins(file)
        ? OnnxFile.digest(file)
        : StageId.sha256(Bounded.read(file, Bounded.MOST_BYTES));
  }
}
