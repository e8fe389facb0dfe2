package dev.espalier.workers.dl4j;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
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
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
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
   * The row that computes what a layer does, behind {@link #padding}.
   *
   * @param input the row that it reads
   * @param shape of what the layer reads
   */
  Layer row(String name, String input, Shape shape, org.deeplearning4j.nn.conf.layers.Layer layer)
      throws InexpressibleException {
    if (layer.getClass() == ConvolutionLayer.class) {
      return convolution(name, input, shape, (ConvolutionLayer) layer);
    } else if (layer.getClass() == DepthwiseConvolution2D.class) {
      return depthwise(name, input, shape, (DepthwiseConvolution2D) layer);
    } else if (layer.getClass() == ZeroPaddingLayer.class) {
      return pad(name, input, (ZeroPaddingLayer) layer);
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

  /**
   * The zeros that must stand in a row of their own before a convolution, which has one number for
   * all sides; none where it can have them itself.
   *
   * @param shape of what the layer reads
   */
  Padding padding(String name, Shape shape, org.deeplearning4j.nn.conf.layers.Layer layer)
      throws InexpressibleException {
    if (layer.getClass() == ConvolutionLayer.class
        || layer.getClass() == DepthwiseConvolution2D.class) {
      Padding padding = own(name, shape, (ConvolutionLayer) layer);
      return isEven(padding) ? Padding.NONE : padding;
    }
    return Padding.NONE;
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
    return new Layer.Convolution(
        name,
        input,
        (int) layer.getNIn(),
        (int) layer.getNOut(),
        kernel,
        stride,
        sides(own(name, from, layer)),
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
    return new Layer.Depthwise(
        name,
        input,
        (int) layer.getNIn(),
        kernel,
        stride,
        sides(own(name, from, layer)),
        layer.hasBias(),
        activation(name, layer.getActivationFn()));
  }

  private Layer pad(String name, String input, ZeroPaddingLayer layer)
      throws InexpressibleException {
    requireFormat(name, layer.getDataFormat());
    int[] sides = layer.getPadding();
    return new Layer.Pad(name, input, new Padding(sides[0], sides[1], sides[2], sides[3]));
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
    Pool.Function function = function(name, layer.getPoolingType());
    int size = square(name, "kernel", layer.getKernelSize());
    int stride = square(name, "stride", layer.getStride());
    require(name, "dilation", 1, square(name, "dilation", layer.getDilation()));
    Padding padding =
        padding(name, layer.getConvolutionMode(), layer.getPadding(), from, size, stride);
    if (function == Pool.Function.AVERAGE && !padding.equals(Padding.NONE)) {
      require(name, "padding's part in the mean", false, layer.isAvgPoolIncludePadInDivisor());
    }
    return new Pool(name, input, function, size, stride, padding);
  }

  private static Pool.Function function(String name, PoolingType type)
      throws InexpressibleException {
    return switch (type) {
      case MAX -> Pool.Function.MAX;
      case AVG -> Pool.Function.AVERAGE;
      default ->
          throw new InexpressibleException(name, "the kind of pooling must be MAX or AVG", type);
    };
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

  private static Padding own(String name, Shape from, ConvolutionLayer layer)
      throws InexpressibleException {
    return padding(
        name,
        layer.getConvolutionMode(),
        layer.getPadding(),
        from,
        square(name, "kernel", layer.getKernelSize()),
        square(name, "stride", layer.getStride()));
  }

  private static boolean isEven(Padding padding) {
    return padding.top() == padding.bottom()
        && padding.left() == padding.right()
        && padding.top() == padding.left();
  }

  /** What a convolution puts on each side; 0 where a row before it puts zeros. */
  private static int sides(Padding padding) {
    return isEven(padding) ? padding.top() : 0;
  }

  private static Padding padding(
      String name, ConvolutionMode mode, int[] declared, Shape from, int kernel, int stride)
      throws InexpressibleException {
    return switch (mode) {
      case Truncate, Strict -> new Padding(declared[0], declared[0], declared[1], declared[1]);
      case Same -> Padding.same(from, kernel, stride);
      default ->
          throw new InexpressibleException(
              name, "the convolution mode must be Truncate, Strict or Same", mode);
    };
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
