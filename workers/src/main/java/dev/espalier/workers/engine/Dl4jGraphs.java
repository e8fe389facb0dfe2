package dev.espalier.workers.engine;

import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.model.Dropout;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Turns a network's table into a graph, row by row; images are [batch, height, width, channels].
 */
final class Dl4jGraphs {
  private final GraphBuilder builder;
  private final Engine engine;

  /** Rows of dropout so far. */
  private int dropouts;

  /** Whether images between layers may be blocked: a dense layer cannot read them so. */
  private final boolean blocks;

  /** The vertex that gives what a row gives: its activation may stand in one of its own. */
  private final Map<String, String> vertices = new HashMap<>();

  /** What each row gives for one image. */
  private final Map<String, Shape> shapes;

  /** The rows before which nothing learns: the image, and zeros around it. */
  private final Set<String> given = new HashSet<>(Set.of(Network.INPUT));

  private Dl4jGraphs(Network network, Engine engine) {
    this.engine = engine;
    blocks = blocks(network);
    shapes = network.shapes();
    builder =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.FLOAT)
            .weightInit(WeightInit.ZERO)
            .updater(new NoOp())
            .graphBuilder()
            .addInputs(Network.INPUT);
    vertices.put(Network.INPUT, Network.INPUT);
  }

  /**
   * The graph with all weights zero, not ready to be trained.
   *
   * @throws InexpressibleException if the engine cannot compute a row; oneDNN computes all
   */
  static ComputationGraph of(Network network, Engine engine) throws InexpressibleException {
    Dl4jGraphs graphs = new Dl4jGraphs(network, engine);
    for (Layer row : network.layers()) {
      graphs.add(row);
    }
    String last = network.layers().get(network.layers().size() - 1).name();
    ComputationGraph graph =
        new ComputationGraph(
            graphs
                .builder
                .setOutputs(last)
                .setInputTypes(
                    InputType.convolutional(
                        network.height(), network.width(), network.channels(), CNN2DFormat.NHWC))
                .build());
    graph.init();
    return graph;
  }

  /** The vertex that gives what a row gives, after its activation function. */
  static String vertex(Layer row, Engine engine) {
    Layer.Activation activation =
        row instanceof Layer.BatchNorm norm
            ? norm.activation()
            : row instanceof Layer.Add sum ? sum.activation() : Layer.Activation.IDENTITY;
    return engine == Engine.ND4J && activation != Layer.Activation.IDENTITY
        ? row.name() + "." + activation.word()
        : row.name();
  }

  private static boolean blocks(Network network) {
    Map<String, Layer> rows = new HashMap<>();
    Network computed = network.withoutDropout();
    computed.layers().forEach(row -> rows.put(row.name(), row));
    return computed.layers().stream()
        .filter(row -> row instanceof Layer.Dense || row instanceof Layer.Output)
        .map(row -> rows.get(row.inputs().get(0)))
        .allMatch(read -> read instanceof Layer.GlobalAveragePool || read instanceof Layer.Dense);
  }

  private void add(Layer row) throws InexpressibleException {
    vertices.put(row.name(), vertex(row, engine));
    if (row instanceof Layer.Convolution convolution) {
      add(convolution);
    } else if (row instanceof Layer.Depthwise depthwise) {
      add(depthwise);
    } else if (row instanceof Layer.BatchNorm norm) {
      add(norm);
    } else if (row instanceof Layer.Add sum) {
      add(sum);
    } else if (row instanceof Layer.Pad pad) {
      add(pad);
    } else if (row instanceof Pool pool) {
      add(pool);
    } else if (row instanceof Layer.GlobalAveragePool) {
      layer(
          row,
          engine == Engine.ONEDNN
              ? new OnednnMeanPool()
              : new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
    } else if (row instanceof Dropout dropout) {
      add(dropout);
    } else if (row instanceof Layer.Dense dense) {
      layer(
          row,
          new DenseLayer.Builder()
              .nIn(dense.in())
              .nOut(dense.out())
              .activation(activation(dense.activation()))
              .build());
    } else if (row instanceof Layer.Output output) {
      add(output);
    } else {
      throw new AssertionError(row);
    }
  }

  private void add(Layer.Output row) {
    layer(
        row,
        engine == Engine.ONEDNN
            ? new SoftmaxOutput(row)
            : new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(row.in())
                .nOut(row.classes())
                .activation(Activation.SOFTMAX)
                .build());
  }

  private void add(Layer.Convolution row) {
    if (engine == Engine.ONEDNN) {
      layer(row, new OnednnConvolution(row, !given.contains(row.input()), blocks));
    } else {
      layer(
          row,
          new ConvolutionLayer.Builder(row.kernel(), row.kernel())
              .nIn(row.in())
              .nOut(row.out())
              .stride(row.stride(), row.stride())
              .padding(row.padding(), row.padding())
              .hasBias(row.bias())
              .dataFormat(CNN2DFormat.NHWC)
              .convolutionMode(ConvolutionMode.Truncate)
              .activation(activation(row.activation()))
              .build());
    }
  }

  private void add(Layer.Depthwise row) {
    if (engine == Engine.ONEDNN) {
      layer(row, new OnednnDepthwise(row, blocks));
    } else {
      layer(
          row,
          new DepthwiseConvolution2D.Builder(row.kernel(), row.kernel())
              .nIn(row.channels())
              .nOut(row.channels())
              .depthMultiplier(1)
              .stride(row.stride(), row.stride())
              .padding(row.padding(), row.padding())
              .hasBias(row.bias())
              .dataFormat(CNN2DFormat.NHWC)
              .convolutionMode(ConvolutionMode.Truncate)
              .activation(activation(row.activation()))
              .build());
    }
  }

  private void add(Layer.BatchNorm row) {
    if (engine == Engine.ONEDNN) {
      layer(row, new OnednnBatchNorm(row));
    } else {
      layer(
          row,
          new BatchNormalization.Builder()
              .nIn(row.channels())
              .nOut(row.channels())
              .eps(row.epsilon())
              .decay(row.decay())
              .useLogStd(row.logStd())
              .dataFormat(CNN2DFormat.NHWC)
              .build());
      activate(row, row.activation());
    }
  }

  private void add(Layer.Add row) {
    String[] inputs = {vertex(row.left()), vertex(row.right())};
    if (engine == Engine.ONEDNN) {
      builder.addVertex(row.name(), new OnednnAdd(row.activation()), inputs);
    } else {
      builder.addVertex(row.name(), new ElementWiseVertex(ElementWiseVertex.Op.Add), inputs);
      activate(row, row.activation());
    }
  }

  private void add(Layer.Pad row) {
    if (given.contains(row.input())) {
      given.add(row.name());
    }
    Padding padding = row.padding();
    layer(
        row,
        engine == Engine.ONEDNN
            ? new OnednnPad(padding)
            : new ZeroPaddingLayer.Builder(
                    padding.top(), padding.bottom(), padding.left(), padding.right())
                .dataFormat(CNN2DFormat.NHWC)
                .build());
  }

  private void add(Pool row) throws InexpressibleException {
    Shape from = Objects.requireNonNull(shapes.get(row.input()), row.input());
    layer(row, engine == Engine.ONEDNN ? new OnednnPool(row) : StandardPool.of(row, from));
  }

  private void add(Dropout row) {
    builder.addVertex(row.name(), new DropoutVertex(row.rate(), dropouts++), vertex(row.input()));
  }

  private void layer(Layer row, org.deeplearning4j.nn.conf.layers.Layer layer) {
    builder.addLayer(row.name(), layer, vertex(row.inputs().get(0)));
  }

  private void activate(Layer row, Layer.Activation activation) {
    if (activation != Layer.Activation.IDENTITY) {
      builder.addLayer(
          vertex(row, engine), new ActivationLayer(activation(activation)), row.name());
    }
  }

  private String vertex(String row) {
    return vertices.getOrDefault(row, row);
  }

  private static Activation activation(Layer.Activation activation) {
    return switch (activation) {
      case IDENTITY -> Activation.IDENTITY;
      case RELU -> Activation.RELU;
      case RELU6 -> Activation.RELU6;
    };
  }
}
