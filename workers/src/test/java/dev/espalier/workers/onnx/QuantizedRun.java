package dev.espalier.workers.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.model.Shape;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TypeProto;
import onnx.OnnxMl.ValueInfoProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** A network of integers in ONNX Runtime, with all that passes between its operations. */
final class QuantizedRun implements AutoCloseable {
  private final IntegerNetwork network;
  private final OrtSession session;

  private QuantizedRun(IntegerNetwork network, OrtSession session) {
    this.network = network;
    this.session = session;
  }

  static QuantizedRun of(byte[] model, IntegerNetwork network)
      throws OrtException, InvalidProtocolBufferException {
    ModelProto.Builder open = ModelProto.parseFrom(model).toBuilder();
    open.getGraphBuilder().addOutput(integers(IntegerNetwork.PIXELS));
    network.ops().forEach(op -> open.getGraphBuilder().addOutput(integers(op.name())));
    byte[] opened = open.build().toByteArray();
    try (OrtSession.SessionOptions options = OnnxRun.options()) {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      return new QuantizedRun(network, environment.createSession(opened, options));
    }
  }

  private static ValueInfoProto integers(String op) {
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.UINT8_VALUE).build();
    return ValueInfoProto.newBuilder()
        .setName("layer/" + op)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** What each operation gives for an image less 128, by name, in [height, width, channels]. */
  Map<String, byte[]> run(byte[] image) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    ByteBuffer pixels = ByteBuffer.allocateDirect(image.length);
    for (byte integer : image) {
      pixels.put((byte) (integer + 128));
    }
    Shape shape = network.image();
    long[] sizes = {1, shape.height(), shape.width(), shape.channels()};
    Map<String, byte[]> found = new HashMap<>();
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, pixels.flip(), sizes, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("pixels", input))) {
      found.put(IntegerNetwork.PIXELS, channelsLast(result, IntegerNetwork.PIXELS, shape));
      for (IntegerOp op : network.ops()) {
        found.put(op.name(), channelsLast(result, op.name(), op.shape()));
      }
    }
    return found;
  }

  private static byte[] channelsLast(OrtSession.Result result, String op, Shape shape) {
    ByteBuffer integers = ((OnnxTensor) result.get("layer/" + op).orElseThrow()).getByteBuffer();
    byte[] arranged = new byte[shape.size()];
    for (int i = 0; i < arranged.length; i++) {
      int pixel = i / shape.channels();
      int channel = i % shape.channels();
      arranged[i] = (byte) (integers.get(channel * shape.pixels() + pixel) - 128);
    }
    return arranged;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
