package dev.espalier.workers.engine;

import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What our own tables say of a network, read off a graph that somebody else built.
 *
 * @param parameters in the order in which the graph computes its layers
 */
record GraphTable(List<Parameter> parameters, InputLayout layout) {

  /**
   * @param file where the graph comes from, for messages
   * @throws IllegalArgumentException if the graph cannot read the images, or has layers with
   *     parameters of which we do not know which are kernels
   */
  static GraphTable of(ComputationGraph graph, Shape image, Path file) {
    InputLayout layout = layout(graph);
    Map<String, INDArray> activations = activations(graph, image, layout, file);
    List<Parameter> parameters = new ArrayList<>();
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      Layer configuration = layer.conf().getLayer();
      String name = configuration.getLayerName();
      INDArray output = Objects.requireNonNull(activations.get(name), name);
      layer.paramTable().entrySet().stream()
          .map(e -> parameter(file, configuration, output, e.getKey(), e.getValue()))
          // Convolutions of Deeplearning4j have their bias first.
          .sorted(Comparator.comparing(parameter -> !parameter.kind().isKernel()))
          .forEach(parameters::add);
    }
    return new GraphTable(parameters, layout);
  }

  /** What each layer gives for a blank image. */
  private static Map<String, INDArray> activations(
      ComputationGraph graph, Shape image, InputLayout layout, Path file) {
    try (INDArray blank = layout.array(new float[image.size()], 1, image)) {
      return graph.feedForward(blank, false);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          file + ": must read images of " + image + ", found " + e.getMessage(), e);
    }
  }

  private static Parameter parameter(
      Path file, Layer layer, INDArray output, String key, INDArray values) {
    String name = layer.getLayerName() + "/" + key;
    boolean kernel = key.equals("W");
    if (layer instanceof BatchNormalization) {
      boolean trainable = key.equals("gamma") || key.equals("beta");
      return Parameter.vector(name, Math.toIntExact(values.length()), trainable);
    } else if (kernel && layer.getClass() == ConvolutionLayer.class) {
      long positions = pixels((ConvolutionLayer) layer, output);
      return Parameter.kernel(name, Kind.CONVOLUTION, shape(values, 0, 1, 2, 3), positions);
    } else if (kernel && layer.getClass() == DepthwiseConvolution2D.class) {
      int out = Math.toIntExact(values.size(2) * values.size(3));
      List<Integer> shape = List.of(out, 1, (int) values.size(0), (int) values.size(1));
      long positions = pixels((ConvolutionLayer) layer, output);
      return Parameter.kernel(name, Kind.DEPTHWISE, shape, positions);
    } else if (kernel && isDense(layer)) {
      return Parameter.kernel(name, Kind.DENSE, shape(values, 1, 0), 1);
    } else if (key.equals("b") && (layer instanceof ConvolutionLayer || isDense(layer))) {
      return Parameter.vector(name, Math.toIntExact(values.length()), true);
    }
    throw ModelFile.refused(
        file,
        "layers with parameters must be of the types ConvolutionLayer, DepthwiseConvolution2D,"
            + " BatchNormalization, DenseLayer and OutputLayer",
        layer.getLayerName() + " of the type " + layer.getClass().getSimpleName());
  }

  private static boolean isDense(Layer layer) {
    return layer.getClass() == DenseLayer.class || layer.getClass() == OutputLayer.class;
  }

  private static List<Integer> shape(INDArray values, int... axes) {
    List<Integer> shape = new ArrayList<>();
    for (int axis : axes) {
      shape.add(Math.toIntExact(values.size(axis)));
    }
    return shape;
  }

  private static long pixels(ConvolutionLayer layer, INDArray output) {
    return layer.getCnn2dDataFormat() == CNN2DFormat.NHWC
        ? output.size(1) * output.size(2)
        : output.size(2) * output.size(3);
  }

  /** Read off the layers that read the input: a graph does not remember what was declared. */
  private static InputLayout layout(ComputationGraph graph) {
    String input = graph.getConfiguration().getNetworkInputs().get(0);
    for (Map.Entry<String, List<String>> vertex :
        graph.getConfiguration().getVertexInputs().entrySet()) {
      if (vertex.getValue().contains(input)
          && graph.getConfiguration().getVertices().get(vertex.getKey())
              instanceof LayerVertex reader) {
        return layout(reader.getPreProcessor(), reader.getLayerConf().getLayer());
      }
    }
    return InputLayout.NCHW;
  }

  private static InputLayout layout(@Nullable InputPreProcessor before, Layer layer) {
    if (before instanceof FeedForwardToCnnPreProcessor) {
      return InputLayout.FLAT;
    } else if (before instanceof CnnToFeedForwardPreProcessor flatten) {
      return layout(flatten.getFormat());
    } else if (layer instanceof ConvolutionLayer convolution) {
      return layout(convolution.getCnn2dDataFormat());
    } else if (layer instanceof SubsamplingLayer pooling) {
      return layout(pooling.getCnn2dDataFormat());
    } else if (layer instanceof BatchNormalization norm) {
      return layout(norm.getCnn2DFormat());
    }
    return isDense(layer) ? InputLayout.FLAT : InputLayout.NCHW;
  }

  private static InputLayout layout(CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? InputLayout.NHWC : InputLayout.NCHW;
  }
}
