package dev.espalier.workers.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto;
import org.nd4j.shade.protobuf.ByteString;

/** The nodes and the constants of an ONNX graph that is being written. */
final class OnnxNodes {
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> constants = new HashSet<>();

  /** The graph, without what it takes and gives. */
  GraphProto.Builder graph() {
    return graph;
  }

  /**
   * Adds a node, named as what it gives.
   *
   * @param type such as {@code Conv}
   */
  void add(String type, List<String> inputs, List<AttributeProto> attributes, String output) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(type)
            .addAllInput(inputs)
            .addAllAttribute(attributes)
            .addOutput(output));
  }

  /** Adds 32-bit floats under a name, unless it is there; no dimensions are a scalar. */
  String floats(String name, float[] values, int... shape) {
    ByteBuffer bytes = buffer(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return constant(name, TensorProto.DataType.FLOAT_VALUE, bytes, shape);
  }

  /** Adds a float under a name, unless it is there. */
  String scalar(String name, float value) {
    return floats(name, new float[] {value});
  }

  /** Adds 8-bit integers under a name, unless it is there; no dimensions are a scalar. */
  String bytes(String name, byte[] values, int... shape) {
    return constant(name, TensorProto.DataType.INT8_VALUE, ByteBuffer.wrap(values), shape);
  }

  /** Adds an unsigned byte under a name, unless it is there. */
  String unsignedByte(String name, int value) {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {(byte) value});
    return constant(name, TensorProto.DataType.UINT8_VALUE, bytes);
  }

  /** Adds 32-bit integers under a name, unless it is there. */
  String ints(String name, int[] values, int... shape) {
    ByteBuffer bytes = buffer(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return constant(name, TensorProto.DataType.INT32_VALUE, bytes, shape);
  }

  /** Adds a vector of 64-bit integers under a name, unless it is there. */
  String longs(String name, long... values) {
    ByteBuffer bytes = buffer(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return constant(name, TensorProto.DataType.INT64_VALUE, bytes, values.length);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, int type, ByteBuffer values, int... shape) {
    if (constants.add(name)) {
      TensorProto.Builder tensor =
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(type)
              .setRawData(ByteString.copyFrom(values));
      for (int size : shape) {
        tensor.addDims(size);
      }
      graph.addInitializer(tensor);
    }
    return name;
  }
}
