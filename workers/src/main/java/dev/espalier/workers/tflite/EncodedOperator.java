package dev.espalier.workers.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Pool;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.AddOptions;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Conv2DOptions;
import org.tensorflow.lite.schema.DepthwiseConv2DOptions;
import org.tensorflow.lite.schema.DequantizeOptions;
import org.tensorflow.lite.schema.FullyConnectedOptions;
import org.tensorflow.lite.schema.FullyConnectedOptionsWeightsFormat;
import org.tensorflow.lite.schema.PadOptions;
import org.tensorflow.lite.schema.PadV2Options;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.Pool2DOptions;
import org.tensorflow.lite.schema.QuantizeOptions;
import org.tensorflow.lite.schema.ReshapeOptions;
import org.tensorflow.lite.schema.SoftmaxOptions;

/**
 * An operator as files have it.
 *
 * @param code of {@link BuiltinOperator}
 * @param version the least that computes with such types
 * @param type of the options, in {@link BuiltinOptions}
 * @param options where they begin in the file
 */
record EncodedOperator(int code, int version, byte type, int options) {
  /** The name by which TensorFlow Lite for Microcontrollers knows its operator. */
  static final String DECODE = "TFLM_DECODE";

  /**
   * Writes the options of an operator.
   *
   * @param integers whether it computes on 8-bit integers
   */
  static EncodedOperator of(FlatBufferBuilder file, Operator operator, boolean integers) {
    int second = integers ? 2 : 1;
    if (operator instanceof Operator.Decode) {
      return new EncodedOperator(BuiltinOperator.CUSTOM, 1, BuiltinOptions.NONE, 0);
    }
    if (operator instanceof Operator.Convolution convolution) {
      return convolution(file, convolution, integers ? 3 : 1);
    } else if (operator instanceof Operator.Pooling pool) {
      return pooling(file, pool, second);
    } else if (operator instanceof Operator.FullyConnected dense) {
      int options =
          FullyConnectedOptions.createFullyConnectedOptions(
              file,
              activation(dense.activation()),
              FullyConnectedOptionsWeightsFormat.DEFAULT,
              false,
              false);
      return new EncodedOperator(
          BuiltinOperator.FULLY_CONNECTED,
          integers ? 4 : 1,
          BuiltinOptions.FullyConnectedOptions,
          options);
    } else if (operator instanceof Operator.Add sum) {
      int options = AddOptions.createAddOptions(file, activation(sum.activation()), false);
      return new EncodedOperator(BuiltinOperator.ADD, second, BuiltinOptions.AddOptions, options);
    } else if (operator instanceof Operator.Softmax) {
      int options = SoftmaxOptions.createSoftmaxOptions(file, 1);
      return new EncodedOperator(
          BuiltinOperator.SOFTMAX, second, BuiltinOptions.SoftmaxOptions, options);
    }
    return withoutOptions(file, operator, second);
  }

  private static EncodedOperator convolution(
      FlatBufferBuilder file, Operator.Convolution operator, int version) {
    byte padding = operator.same() ? Padding.SAME : Padding.VALID;
    byte activation = activation(operator.activation());
    int stride = operator.stride();
    if (operator.depthwise()) {
      int options =
          DepthwiseConv2DOptions.createDepthwiseConv2DOptions(
              file, padding, stride, stride, 1, activation, 1, 1);
      return new EncodedOperator(
          BuiltinOperator.DEPTHWISE_CONV_2D,
          version,
          BuiltinOptions.DepthwiseConv2DOptions,
          options);
    }
    int options =
        Conv2DOptions.createConv2DOptions(file, padding, stride, stride, activation, 1, 1);
    return new EncodedOperator(
        BuiltinOperator.CONV_2D, version, BuiltinOptions.Conv2DOptions, options);
  }

  private static EncodedOperator pooling(
      FlatBufferBuilder file, Operator.Pooling pool, int version) {
    int options =
        Pool2DOptions.createPool2DOptions(
            file,
            pool.same() ? Padding.SAME : Padding.VALID,
            pool.stride(),
            pool.stride(),
            pool.width(),
            pool.height(),
            ActivationFunctionType.NONE);
    int code =
        pool.function() == Pool.Function.MAX
            ? BuiltinOperator.MAX_POOL_2D
            : BuiltinOperator.AVERAGE_POOL_2D;
    return new EncodedOperator(code, version, BuiltinOptions.Pool2DOptions, options);
  }

  private static EncodedOperator withoutOptions(
      FlatBufferBuilder file, Operator operator, int second) {
    if (operator instanceof Operator.Pad) {
      PadOptions.startPadOptions(file);
      int options = PadOptions.endPadOptions(file);
      return new EncodedOperator(BuiltinOperator.PAD, second, BuiltinOptions.PadOptions, options);
    } else if (operator instanceof Operator.PadWith) {
      PadV2Options.startPadV2Options(file);
      int options = PadV2Options.endPadV2Options(file);
      return new EncodedOperator(
          BuiltinOperator.PADV2, second, BuiltinOptions.PadV2Options, options);
    } else if (operator instanceof Operator.Reshape) {
      ReshapeOptions.startReshapeOptions(file);
      int options = ReshapeOptions.endReshapeOptions(file);
      return new EncodedOperator(
          BuiltinOperator.RESHAPE, 1, BuiltinOptions.ReshapeOptions, options);
    } else if (operator instanceof Operator.Quantize) {
      QuantizeOptions.startQuantizeOptions(file);
      int options = QuantizeOptions.endQuantizeOptions(file);
      return new EncodedOperator(
          BuiltinOperator.QUANTIZE, 1, BuiltinOptions.QuantizeOptions, options);
    }
    DequantizeOptions.startDequantizeOptions(file);
    int options = DequantizeOptions.endDequantizeOptions(file);
    return new EncodedOperator(
        BuiltinOperator.DEQUANTIZE, 2, BuiltinOptions.DequantizeOptions, options);
  }

  private static byte activation(Activation activation) {
    return switch (activation) {
      case IDENTITY -> ActivationFunctionType.NONE;
      case RELU -> ActivationFunctionType.RELU;
      case RELU6 -> ActivationFunctionType.RELU6;
    };
  }
}
