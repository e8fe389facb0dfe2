package dev.espalier.workers.tflite;

import dev.espalier.workers.tflite.EncodedKernel.Channels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;

/**
 * A reader of compressed kernels that decodes as the reference kernels of TensorFlow Lite for
 * Microcontrollers do, bit by bit.
 */
public final class Decoded {
  private Decoded() {}

  /** The integers of a kernel. */
  static byte[] kernel(byte[] encoded, byte[] ancillary, int size, Channels channels) {
    if (ancillary[1] != 1 || ancillary[4] != 1) {
      throw new IllegalArgumentException("unsupported version " + Arrays.toString(ancillary));
    }
    byte[] integers = new byte[size];
    int next = 16;
    for (int i = 0; i < size; i++) {
      if (ancillary[0] == 2) {
        integers[i] = bits(encoded, i, 1) == 1 ? ancillary[next++] : 0;
      } else if (ancillary[0] == 0) {
        int table = 16 + channels.of(i, size) * Byte.toUnsignedInt(ancillary[6]);
        integers[i] = ancillary[table + bits(encoded, i, ancillary[5] & 7)];
      } else {
        throw new IllegalArgumentException("unsupported decode type " + ancillary[0]);
      }
    }
    return integers;
  }

  /** The number at a place among numbers of so many bits. */
  private static int bits(byte[] encoded, int place, int bits) {
    int value = 0;
    for (int bit = place * bits; bit < (place + 1) * bits; bit++) {
      value = value << 1 | (encoded[bit / 8] >> (7 - bit % 8) & 1);
    }
    return value;
  }

  /** The kernels of a file by their names, each where the operator right before its reader is. */
  public static Map<String, byte[]> kernels(byte[] file) {
    Model model = Model.getRootAsModel(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    SubGraph graph = model.subgraphs(0);
    Map<String, byte[]> kernels = new LinkedHashMap<>();
    for (int i = 0; i < graph.operatorsLength(); i++) {
      Operator operator = graph.operators(i);
      if (model.operatorCodes((int) operator.opcodeIndex()).builtinCode()
          == BuiltinOperator.CUSTOM) {
        int output = operator.outputs(0);
        if (graph.operators(i + 1).inputs(1) != output) {
          throw new IllegalArgumentException("operator " + i + ": must be before its reader");
        }
        kernels.put(
            Objects.requireNonNull(graph.tensors(output).name()),
            kernel(
                data(model, operator.inputs(0)),
                data(model, operator.inputs(1)),
                size(graph.tensors(output)),
                channels(graph.tensors(output))));
      } else if (operator.inputsLength() == 3) {
        String name = Objects.requireNonNull(graph.tensors(operator.inputs(1)).name());
        kernels.computeIfAbsent(name, n -> data(model, operator.inputs(1)));
      }
    }
    return kernels;
  }

  private static byte[] data(Model model, int tensor) {
    ByteBuffer data =
        model.buffers((int) model.subgraphs(0).tensors(tensor).buffer()).dataAsByteBuffer();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  private static int size(Tensor tensor) {
    int size = 1;
    for (int i = 0; i < tensor.shapeLength(); i++) {
      size *= tensor.shape(i);
    }
    return size;
  }

  private static Channels channels(Tensor tensor) {
    int count = tensor.quantization().scaleLength();
    int dimension = tensor.quantization().quantizedDimension();
    return new Channels(count, count > 1 && dimension == tensor.shapeLength() - 1);
  }
}
