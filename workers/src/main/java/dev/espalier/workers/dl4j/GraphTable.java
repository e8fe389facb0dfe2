package dev.espalier.workers.dl4j;

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
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters and the input layout of a graph that somebody else built.
 *
 * @param parameters in the order in which the graph computes its layers
 */
public record GraphTable(List<Parameter> parameters, InputLayout layout) {
  /** 512 MiB of floats. */
  private static final long MAX_ACTIVATIONS = 1L << 27;

  /**
   * The table of a graph.
   *
   * @param file where the graph comes from, for messages
   * @throws IllegalArgumentException if the graph cannot read the images, or has layers with
   *     parameters of which we do not know which are kernels
   */
  public static GraphTable of(ComputationGraph graph, Shape image, Path file) {
    InputLayout layout = InputLayout.of(graph);
    requireModest(graph, image, layout, file);
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

  /** A file of a few bytes may upsample an image until it fills the memory. */
  private static void requireModest(
      ComputationGraph graph, Shape image, InputLayout layout, Path file) {
    InputType input =
        layout == InputLayout.FLAT
            ? InputType.feedForward(image.size())
            : InputType.convolutional(
                image.height(),
                image.width(),
                image.channels(),
                layout == InputLayout.NHWC ? CNN2DFormat.NHWC : CNN2DFormat.NCHW);
    double values;
    try {
      values =
          graph
              .getConfiguration()
              .clone()
              .getLayerActivationTypes(true, false, input)
              .values()
              .stream()
              .mapToDouble(InputType::arrayElementsPerExample)
              .sum();
    } catch (RuntimeException e) {
      // What is wrong is found out, and said better, when the network reads an image.
      return;
    }
    if (values > MAX_ACTIVATIONS) {
      throw ModelArchive.refused(
          file,
          "must give at most " + MAX_ACTIVATIONS + " values in all layers for an image",
          "%.0f".formatted(values));
    }
  }

  /** What each layer gives for a blank image. */
  private static Map<String, INDArray> activations(
      ComputationGraph graph, Shape image, InputLayout layout, Path file) {
    try (INDArray blank = layout.array(new float[image.size()], 1, image)) {
      return graph.feedForward(blank, false);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new IllegalArgumentException(
          file + ": must read images of " + image + ", found " + ModelArchive.firstLine(e), e);
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
    if (layer.getClass() == ConvolutionLayer.class
        || layer.getClass() == DepthwiseConvolution2D.class
        || isDense(layer)) {
      String gain =
          layer instanceof DenseLayer && key.equals("g") ? ", the gain of layer norm" : "";
      throw ModelArchive.refused(
          file, "convolutions and dense layers must have no parameters but W and b", name + gain);
    }
    throw ModelArchive.refused(
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
}
