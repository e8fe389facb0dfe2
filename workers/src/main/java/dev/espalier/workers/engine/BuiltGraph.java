package dev.espalier.workers.engine;

import dev.espalier.workers.dl4j.GraphImport;
import dev.espalier.workers.dl4j.GraphImport.ImportedNetwork;
import dev.espalier.workers.dl4j.GraphTable;
import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.dl4j.InputLayout;
import dev.espalier.workers.dl4j.ModelArchive;
import dev.espalier.workers.dl4j.ModelFile;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.inference.Inference;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.NetworkText;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.reader.OnnxFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A graph and all that is known of it.
 *
 * @param engine what computes its layers
 * @param table what it computes, null where no table says it
 * @param parameters of the graph, in network order
 * @param weights where they lie in it
 * @param layout in which it wants its images
 * @param frozen names of layers that the user's file says are frozen
 * @param standard makes a graph of standard layers with the same parameters, to be filled and
 *     written
 */
record BuiltGraph(
    ComputationGraph graph,
    Engine engine,
    @Nullable ImportedNetwork table,
    List<Parameter> parameters,
    Weights weights,
    InputLayout layout,
    Shape image,
    int classes,
    Set<String> frozen,
    Standard standard) {
  private static final Logger LOG = LoggerFactory.getLogger(BuiltGraph.class);

  /** Makes a graph of standard layers. */
  interface Standard {
    ComputationGraph graph() throws InexpressibleException;
  }

  /**
   * The graph of a table, its weights zero.
   *
   * @throws IllegalArgumentException if the engine cannot compute a row
   */
  static BuiltGraph of(Network network, Engine engine) {
    return of(
        new ImportedNetwork(network, Map.of()),
        engine,
        network.layout(),
        Set.of(),
        () -> Dl4jGraphs.of(network.withoutDropout(), Engine.ND4J));
  }

  /**
   * A user's network with its weights: its table on this process's engine where it has one, else
   * its graph as it is.
   *
   * @throws IllegalArgumentException if the file is something else, or does not fit the data
   */
  static BuiltGraph load(Path file, DataFacts data) {
    if (OnnxFile.begins(file)) {
      WeightedNetwork read = OnnxFile.read(file, data).weighted();
      BuiltGraph built = of(read.network(), Engine.current());
      built.weights().write(read.tensors());
      return built;
    }
    BuiltGraph own = own(file, data);
    try {
      ImportedNetwork found = GraphImport.of(own.graph(), own.image(), own.layout());
      BuiltGraph fast = of(found, Engine.current(), own.parameters(), own.frozen(), own.standard());
      fast.weights().write(own.weights().read());
      free(own.graph());
      return fast;
    } catch (InexpressibleException e) {
      LOG.info(
          "{} runs on Deeplearning4j's own layers, which are many times slower: {}",
          file,
          e.getMessage());
      return own;
    }
  }

  /** A user's graph as it is, on Deeplearning4j's own layers. */
  static BuiltGraph own(Path modelZip, DataFacts data) {
    ModelFile.UsersGraph users = ModelFile.read(modelZip, data);
    ComputationGraph graph = users.graph();
    // As text, since training changes the configuration.
    String configuration = graph.getConfiguration().toJson();
    Shape image = new Shape(data.height(), data.width(), data.channels());
    try {
      GraphTable table = GraphTable.of(graph, image, modelZip);
      Weights weights = new Weights(graph, table.parameters());
      requireFinite(weights, modelZip);
      return new BuiltGraph(
          graph,
          Engine.ND4J,
          null,
          table.parameters(),
          weights,
          table.layout(),
          image,
          data.classes(),
          users.frozen(),
          () -> initialized(configuration));
    } catch (IllegalArgumentException e) {
      free(graph);
      throw e;
    }
  }

  private static void requireFinite(Weights weights, Path modelZip) {
    for (Tensor tensor : weights.read()) {
      int index = tensor.firstNonFinite();
      if (index >= 0) {
        throw ModelArchive.refused(
            modelZip,
            "must have finite parameters",
            "%s as value %d of %s".formatted(tensor.values()[index], index, tensor.name()));
      }
    }
  }

  private static BuiltGraph of(
      ImportedNetwork table,
      Engine engine,
      List<Parameter> parameters,
      Set<String> frozen,
      Standard standard) {
    Network network = table.network();
    ComputationGraph graph = graph(network, engine);
    return new BuiltGraph(
        graph,
        engine,
        table,
        parameters,
        new Weights(graph, parameters, table.channelsFirst()),
        InputLayout.NHWC,
        network.input(),
        network.classes(),
        frozen,
        standard);
  }

  private static ComputationGraph graph(Network network, Engine engine) {
    try {
      return Dl4jGraphs.of(network, engine);
    } catch (InexpressibleException e) {
      throw new IllegalArgumentException(
          "the engine "
              + engine.word()
              + " cannot compute the network, only one with oneDNN can: "
              + e.getMessage(),
          e);
    }
  }

  private static ComputationGraph initialized(String configuration) {
    ComputationGraph graph =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
    graph.init();
    return graph;
  }

  /**
   * Images as the graph reads them; the caller closes them.
   *
   * @param images normalized, [count, height, width, channels]
   */
  Detached input(float[] images, int count) {
    image.requireImages(images, count);
    return new Detached(layout.array(images, count, image));
  }

  /**
   * The table, if it and the parameters are all of the network: null where no table computes what
   * the graph does, reads the parameters in this order, or tells the names of its layers.
   */
  @Nullable Network plainTable() {
    return table != null
            && table.channelsFirst().isEmpty()
            && table.network().layout().equals(parameters)
            && NetworkText.tells(table.network())
        ? table.network()
        : null;
  }

  /** Predicts without the graph; null where only the graph can. */
  @Nullable Inference inference() {
    return table == null || engine != Engine.ONEDNN
        ? null
        : new Inference(table.network(), table.channelsFirst().keySet(), weights::read);
  }

  /**
   * Its table with its parameters.
   *
   * @throws InexpressibleException if no table computes what it does
   */
  WeightedNetwork weighted() throws InexpressibleException {
    ImportedNetwork found = table == null ? GraphImport.of(graph, image, layout) : table;
    return found.with(weights.read());
  }

  /**
   * Writes a graph of standard layers with these weights.
   *
   * @throws InexpressibleException if no standard layer computes a row of the table
   * @throws UncheckedIOException if the file cannot be written
   */
  void save(Path modelZip) throws InexpressibleException {
    ComputationGraph copy = standard.graph();
    try {
      new Weights(copy, parameters).write(weights.read());
      ModelSerializer.writeModel(copy, modelZip.toFile(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      free(copy);
    }
  }

  /**
   * Frees the parameters and gradients of a graph, and all workspaces of this thread.
   * Deeplearning4j's own way does the same and asks for two collections of the whole heap, which
   * stop every thread of the process.
   */
  static void free(ComputationGraph graph) {
    for (INDArray array : Arrays.asList(graph.params(), graph.getFlattenedGradients())) {
      if (array != null && array.closeable()) {
        array.close();
      }
    }
    MemoryWorkspaceManager workspaces = Nd4j.getWorkspaceManager();
    workspaces.getAllWorkspacesForCurrentThread().forEach(workspaces::destroyWorkspace);
  }
}
