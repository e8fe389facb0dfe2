package dev.espalier.workers.engine;

import dev.espalier.workers.stage.DataFacts;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Files of Deeplearning4j: reads a user's and refuses what cannot be trained on the data. */
public final class ModelFile {
  private static final String CONFIGURATION = "configuration.json";

  private ModelFile() {}

  /**
   * Adds objects to a file, beside the network: {@code ModelSerializer.getObjectFromFile} gives
   * each back by its name. Whoever reads the network does not notice.
   *
   * @param objects arrays and texts: they are read back by Java alone
   */
  public static void attach(Path file, Map<String, Serializable> objects) {
    objects.forEach((name, value) -> ModelSerializer.addObjectToFile(file.toFile(), name, value));
  }

  /** The graph in the file, without dropout, weight noise and constraints. */
  static ComputationGraph read(Path file, DataFacts data) {
    requireGraph(file);
    ComputationGraph graph = restore(file);
    if (graph.getNumInputArrays() != 1 || graph.getNumOutputArrays() != 1) {
      throw refused(
          file,
          "must have one input and one output",
          graph.getNumInputArrays() + " and " + graph.getNumOutputArrays());
    }
    if (graph.params().dataType() != DataType.FLOAT) {
      throw refused(file, "must have float parameters", graph.params().dataType().toString());
    }
    requireClassifier(file, graph, data.classes());
    makeDeterministic(graph);
    return graph;
  }

  /** What is thrown about a model file: place, rule, found. */
  static IllegalArgumentException refused(Path file, String rule, String found) {
    return new IllegalArgumentException(file + ": " + rule + ", found " + found);
  }

  private static void requireGraph(Path file) {
    if (!Files.isRegularFile(file)) {
      throw refused(file, "must be a file", Files.exists(file) ? "something else" : "nothing");
    }
    String rule = "must be a Deeplearning4j ComputationGraph saved by ModelSerializer";
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(CONFIGURATION);
      if (entry == null) {
        throw refused(file, rule, "a zip without " + CONFIGURATION);
      }
      String json = new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
      if (!json.contains("\"vertices\"")) {
        throw refused(file, rule, "a MultiLayerNetwork (its toComputationGraph() makes one)");
      }
    } catch (ZipException e) {
      throw new IllegalArgumentException(file + ": " + rule + ", found no zip", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ComputationGraph restore(Path file) {
    try {
      return ModelSerializer.restoreComputationGraph(file.toFile(), false);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          file + ": must be readable by Deeplearning4j, found " + e.getMessage(), e);
    }
  }

  private static void requireClassifier(Path file, ComputationGraph graph, int classes) {
    org.deeplearning4j.nn.conf.layers.Layer last = graph.getOutputLayer(0).conf().getLayer();
    boolean classifier =
        last instanceof OutputLayer output
            && output.getActivationFn() instanceof ActivationSoftmax
            && output.getLossFn() instanceof LossMCXENT;
    if (!classifier) {
      throw refused(
          file,
          "must end in an OutputLayer with softmax and the loss MCXENT",
          last.getClass().getSimpleName());
    }
    long found = ((OutputLayer) last).getNOut();
    if (found != classes) {
      throw refused(file, "must tell " + classes + " classes apart, as the data has", "" + found);
    }
  }

  private static void makeDeterministic(ComputationGraph graph) {
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      org.deeplearning4j.nn.conf.layers.Layer configuration = layer.conf().getLayer();
      configuration.setIDropout(null);
      configuration.setConstraints(null);
      if (configuration instanceof BaseLayer trained) {
        trained.setWeightNoise(null);
      }
    }
  }
}
