package dev.espalier.workers.dl4j;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * Single layers of Deeplearning4j as rows of a table. Classes are compared, not asked with {@code
 * instanceof}: a subclass computes something else.
 *
 * @param format of the whole graph
 */
record StandardLayers(CNN2DFormat format) {

  /**
   * The row that computes what a layer does.
   *
   * @param input the row that the layer reads
   * @param shape of what that row gives
   */
  Layer row(String name, String input, Shape shape, org.deeplearning4j.nn.conf.layers.Layer layer)
      throws InexpressibleException {
    if (layer.getClass() == ConvolutionLayer.class) {
      return convolution(name, input, shape, (ConvolutionLayer) layer);
    } else if (layer.getClass() == DepthwiseConvolution2D.class) {
      return depthwise(name, input, shape, (DepthwiseConvolution2D) layer);
    } else if (layer.getClass() == BatchNormalization.class) {
      return norm(name, input, (BatchNormalization) layer);
    } else if (layer.getClass() == SubsamplingLayer.class) {
      return pool(name, input, shape, (SubsamplingLayer) layer);
    } else if (layer.getClass() == GlobalPoolingLayer.class) {
      return globalPool(name, input, (GlobalPoolingLayer) layer);
    } else if (layer.getClass() == DenseLayer.class) {
      return dense(name, input, (DenseLayer) layer);
    } else if (layer.getClass() == OutputLayer.class) {
      return output(name, input, (OutputLayer) layer);
    }
    throw new InexpressibleException(
        name, "must be of a type with a fast form", layer.getClass().getSimpleName());
  }

  /** The activation as a row has it. */
  static Activation activation(String name, IActivation function) throws InexpressibleException {
    if (function instanceof ActivationIdentity) {
      return Activation.IDENTITY;
    } else if (function instanceof ActivationReLU6) {
      return Activation.RELU6;
    } else if (function instanceof ActivationReLU relu
        && relu.getMax() == null
        && isZero(relu.getThreshold())
        && isZero(relu.getNegativeSlope())) {
      return Activation.RELU;
    }
    throw new InexpressibleException(
        name, "the activation must be identity, relu or relu6", function);
  }

  private Layer convolution(String name, String input, Shape from, ConvolutionLayer layer)
      throws InexpressibleException {
    requireFormat(name, layer.getCnn2dDataFormat());
    int kernel = square(name, "kernel", layer.getKernelSize());
    int stride = square(name, "stride", layer.getStride());
    require(name, "dilation", 1, square(name, "dilation", layer.getDilation()));
    int padding =
        padding(name, layer.getConvolutionMode(), layer.getPadding(), from, kernel, stride);
    return new Layer.Convolution(
        name,
        input,
        (int) layer.getNIn(),
        (int) layer.getNOut(),
        kernel,
        stride,
        padding,
        layer.hasBias(),
        activation(name, layer.getActivationFn()));
  }

  private Layer depthwise(String name, String input, Shape from, DepthwiseConvolution2D layer)
      throws InexpressibleException {
    requireFormat(name, layer.getCnn2dDataFormat());
    int kernel = square(name, "kernel", layer.getKernelSize());
    int stride = square(name, "stride", layer.getStride());
    require(name, "dilation", 1, square(name, "dilation", layer.getDilation()));
    require(name, "depth multiplier", 1, layer.getDepthMultiplier());
    require(name, "bias of a depthwise convolution", false, layer.hasBias());
    Activation activation = activation(name, layer.getActivationFn());
    require(name, "activation of a depthwise convolution", Activation.IDENTITY, activation);
    int padding =
        padding(name, layer.getConvolutionMode(), layer.getPadding(), from, kernel, stride);
    require(name, "padding of a depthwise convolution", kernel / 2, padding);
    return new Layer.Depthwise(name, input, (int) layer.getNIn(), kernel, stride);
  }

  private Layer norm(String name, String input, BatchNormalization layer)
      throws InexpressibleException {
    requireFormat(name, layer.getCnn2DFormat());
    require(name, "locking of gamma and beta", false, layer.isLockGammaBeta());
    require(name, "use of the batch's statistics", true, layer.isMinibatch());
    // Deeplearning4j ignores the activation function of a batch norm.
    return new Layer.BatchNorm(
        name,
        input,
        (int) layer.getNOut(),
        layer.getEps(),
        layer.getDecay(),
        layer.isUseLogStd(),
        Activation.IDENTITY);
  }

  private Layer pool(String name, String input, Shape from, SubsamplingLayer layer)
      throws InexpressibleException {
    requireFormat(name, layer.getCnn2dDataFormat());
    require(name, "kind of pooling", PoolingType.MAX, layer.getPoolingType());
    int size = square(name, "kernel", layer.getKernelSize());
    require(name, "stride of a pooling", size, square(name, "stride", layer.getStride()));
    require(name, "dilation", 1, square(name, "dilation", layer.getDilation()));
    int padding = padding(name, layer.getConvolutionMode(), layer.getPadding(), from, size, size);
    require(name, "padding of a pooling", 0, padding);
    return Pool.max(name, input, size);
  }

  private Layer globalPool(String name, String input, GlobalPoolingLayer layer)
      throws InexpressibleException {
    require(name, "kind of pooling", PoolingType.AVG, layer.getPoolingType());
    require(name, "collapsing of dimensions", true, layer.isCollapseDimensions());
    int[] dimensions = layer.getPoolingDimensions();
    if (dimensions != null) {
      int[] pixels = format == CNN2DFormat.NHWC ? new int[] {1, 2} : new int[] {2, 3};
      require(name, "pooling dimensions", Arrays.toString(pixels), Arrays.toString(dimensions));
    }
    return new Layer.GlobalAveragePool(name, input);
  }

  private static Layer dense(String name, String input, DenseLayer layer)
      throws InexpressibleException {
    require(name, "bias of a dense layer", true, layer.hasBias());
    require(name, "layer norm", false, layer.hasLayerNorm());
    Activation activation = activation(name, layer.getActivationFn());
    return new Layer.Dense(name, input, (int) layer.getNIn(), (int) layer.getNOut(), activation);
  }

  private static Layer output(String name, String input, OutputLayer layer)
      throws InexpressibleException {
    require(name, "bias of a dense layer", true, layer.hasBias());
    ILossFunction loss = layer.getLossFn();
    boolean plain =
        (loss.getClass() == LossMCXENT.class || loss.getClass() == LossNegativeLogLikelihood.class)
            && loss instanceof LossMCXENT entropy
            && entropy.getWeights() == null
            && entropy.getSoftmaxClipEps() == new LossMCXENT().getSoftmaxClipEps();
    if (!plain) {
      throw new InexpressibleException(name, "the loss must be MCXENT without weights", loss);
    }
    return new Layer.Output(name, input, (int) layer.getNIn(), (int) layer.getNOut());
  }

  /** On each side. */
  private static int padding(
      String name, ConvolutionMode mode, int[] declared, Shape from, int kernel, int stride)
      throws InexpressibleException {
    if (mode == ConvolutionMode.Truncate || mode == ConvolutionMode.Strict) {
      return square(name, "padding", declared);
    } else if (mode != ConvolutionMode.Same) {
      throw new InexpressibleException(
          name, "the convolution mode must be Truncate, Strict or Same", mode);
    }
    int height = padded(from.height(), kernel, stride);
    int width = padded(from.width(), kernel, stride);
    if (height != width || height % 2 != 0) {
      throw new InexpressibleException(
          name,
          "the mode Same must pad all four sides alike",
          height + " rows and " + width + " columns");
    }
    return height / 2;
  }

  /** Both sides together, in the mode Same. */
  private static int padded(int pixels, int kernel, int stride) {
    int steps = (pixels + stride - 1) / stride;
    return Math.max(0, (steps - 1) * stride + kernel - pixels);
  }

  private static int square(String name, String what, int[] values) throws InexpressibleException {
    if (values.length != 2 || values[0] != values[1]) {
      throw new InexpressibleException(
          name, "the " + what + " must be square", Arrays.toString(values));
    }
    return values[0];
  }

  private void requireFormat(String name, CNN2DFormat found) throws InexpressibleException {
    require(name, "format", format, found);
  }

  private static void require(String name, String what, Object expected, Object found)
      throws InexpressibleException {
    if (!expected.equals(found)) {
      throw new InexpressibleException(name, "the " + what + " must be " + expected, found);
    }
  }

  private static boolean isZero(@Nullable Double value) {
    return value == null || value == 0;
  }
}
