package dev.espalier.workers.tflite;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Pool;

/** What an operator of TensorFlow Lite computes, with its options. */
sealed interface Operator {

  /** DEQUANTIZE: integers to the floats that they stand for. */
  record Dequantize() implements Operator {}

  /** QUANTIZE: signed to unsigned bytes or back, which moves them by 128. */
  record Quantize() implements Operator {}

  /** PAD: zeros around images. It reads the image and the paddings, [4, 2]. */
  record Pad() implements Operator {}

  /** PADV2: another value around images. It reads the image, the paddings and the value, [1]. */
  record PadWith() implements Operator {}

  /** RESHAPE: the same values in another shape. It reads the values and the shape. */
  record Reshape() implements Operator {}

  /**
   * CONV_2D or DEPTHWISE_CONV_2D. It reads the image, the kernel and the bias.
   *
   * @param same whether zeros are added so that the output has 1/stride of the pixels, rounded up;
   *     otherwise none are
   */
  record Convolution(boolean depthwise, boolean same, int stride, Activation activation)
      implements Operator {}

  /** ADD: the sum of two tensors of one shape. */
  record Add(Activation activation) implements Operator {}

  /**
   * MAX_POOL_2D or AVERAGE_POOL_2D over rectangles of pixels; SAME's padding has no part in them.
   */
  record Pooling(Pool.Function function, boolean same, int height, int width, int stride)
      implements Operator {}

  /** FULLY_CONNECTED. It reads an image or a vector, the kernel and the bias. */
  record FullyConnected(Activation activation) implements Operator {}

  /** SOFTMAX over the last dimension. */
  record Softmax() implements Operator {}

  /**
   * TFLM_DECODE: a kernel from its encoded bytes, which TensorFlow Lite for Microcontrollers alone
   * has. It reads the two tensors of an {@link EncodedKernel}.
   */
  record Decode() implements Operator {}
}
