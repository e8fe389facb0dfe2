package dev.espalier.workers.dl4j;

import dev.espalier.workers.model.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How a graph wants its images. */
public enum InputLayout {
  /** [batch, height, width, channels] */
  NHWC,
  /** [batch, channels, height, width] */
  NCHW,
  /** [batch, values], the values of an image in the order [channels, height, width] */
  FLAT;

  /**
   * The layout that a graph declares by its configuration: that of the first vertex behind the
   * input that has one, since a graph does not remember its input types. Vertices that compute each
   * value by itself pass the question on to their readers.
   */
  static InputLayout of(ComputationGraph graph) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    Set<String> images = new HashSet<>(configuration.getNetworkInputs());
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      List<String> inputs = configuration.getVertexInputs().getOrDefault(name, List.of());
      if (inputs.stream().anyMatch(images::contains)) {
        InputLayout declared = declared(configuration.getVertices().get(name));
        if (declared != null) {
          return declared;
        }
        images.add(name);
      }
    }
    return NCHW;
  }

  private static @Nullable InputLayout declared(@Nullable GraphVertex vertex) {
    if (vertex instanceof PreprocessorVertex preprocessor) {
      return declared(preprocessor.getPreProcessor());
    } else if (vertex instanceof LayerVertex layer) {
      InputLayout before = declared(layer.getPreProcessor());
      return before == null ? declared(layer.getLayerConf().getLayer()) : before;
    }
    return null;
  }

  private static @Nullable InputLayout declared(@Nullable InputPreProcessor preprocessor) {
    if (preprocessor instanceof FeedForwardToCnnPreProcessor) {
      return FLAT;
    }
    return preprocessor instanceof CnnToFeedForwardPreProcessor flatten
        ? of(flatten.getFormat())
        : null;
  }

  /** Every layer of Deeplearning4j that has a format, or none but an order of values. */
  private static @Nullable InputLayout declared(Layer layer) {
    if (layer instanceof ConvolutionLayer convolution) {
      return of(convolution.getCnn2dDataFormat());
    } else if (layer instanceof SubsamplingLayer pooling) {
      return of(pooling.getCnn2dDataFormat());
    } else if (layer instanceof BatchNormalization norm) {
      return of(norm.getCnn2DFormat());
    } else if (layer instanceof ZeroPaddingLayer padding) {
      return of(padding.getDataFormat());
    } else if (layer instanceof Cropping2D cropping) {
      return of(cropping.getDataFormat());
    } else if (layer instanceof Upsampling2D upsampling) {
      return of(upsampling.getFormat());
    } else if (layer instanceof SpaceToDepthLayer space) {
      return of(space.getDataFormat());
    } else if (layer instanceof SpaceToBatchLayer space) {
      return of(space.getFormat());
    } else if (layer instanceof LocalResponseNormalization response) {
      return of(response.getDataFormat());
    } else if (layer instanceof LocallyConnected2D connected) {
      return of(connected.getFormat());
    } else if (layer instanceof GlobalPoolingLayer pooling) {
      return Arrays.equals(pooling.getPoolingDimensions(), new int[] {1, 2}) ? NHWC : NCHW;
    }
    return layer instanceof DenseLayer || layer instanceof OutputLayer ? FLAT : null;
  }

  private static InputLayout of(CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? NHWC : NCHW;
  }

  /** An array for the graph from images in NHWC; the caller closes it. */
  public INDArray array(float[] images, int count, Shape image) {
    return switch (this) {
      case NHWC ->
          Nd4j.create(
              images, new long[] {count, image.height(), image.width(), image.channels()}, 'c');
      case NCHW ->
          Nd4j.create(
              channelsFirst(images, image),
              new long[] {count, image.channels(), image.height(), image.width()},
              'c');
      case FLAT -> Nd4j.create(channelsFirst(images, image), new long[] {count, image.size()}, 'c');
    };
  }

  private static float[] channelsFirst(float[] images, Shape image) {
    int pixels = image.pixels();
    int channels = image.channels();
    float[] result = new float[images.length];
    for (int i = 0; i < images.length; i++) {
      int first = i / image.size() * image.size();
      int pixel = i % image.size() / channels;
      result[first + i % channels * pixels + pixel] = images[i];
    }
    return result;
  }
}
