package dev.espalier.workers.onnx;

import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.List;
import java.util.Map;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.OperatorSetIdProto;
import onnx.OnnxMl.StringStringEntryProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorShapeProto;
import onnx.OnnxMl.TensorShapeProto.Dimension;
import onnx.OnnxMl.TypeProto;
import onnx.OnnxMl.ValueInfoProto;

/**
 * A network as an ONNX file (onnx.ai) that takes pixels as image files hold them: {@code pixels},
 * unsigned bytes [batch, height, width, channels], colours as red, green, blue. It gives {@code
 * logits} and {@code probabilities}, floats [batch, classes]. The batch is free.
 */
public final class OnnxModel {
  /** Of December 2020: all that the nodes need, so that older runtimes read the file too. */
  private static final int OPERATOR_SET = 13;

  /** The format of that time. */
  private static final int IR_VERSION = 7;

  private OnnxModel() {}

  /**
   * The bytes of the file of a network of floats: equal input gives equal bytes.
   *
   * @param channels how pixels are normalized
   * @param labels names of the classes; the file has them in its metadata as {@code labels}, one a
   *     line
   * @param metadata more of it
   */
  public static byte[] encode(
      WeightedNetwork weighted,
      List<Channel> channels,
      List<String> labels,
      Map<String, String> metadata) {
    Network network = weighted.network();
    GraphProto.Builder graph = OnnxGraph.of(weighted, channels);
    return encode(graph, network.input(), network.classes(), labels, metadata);
  }

  /**
   * The bytes of the file of a network of 8-bit integers, in the form QDQ: weights and what passes
   * between operations are integers with the scales of the network. Its probabilities are multiples
   * of 1/256.
   *
   * @param labels names of the classes
   * @param metadata more of it
   */
  public static byte[] encode(
      IntegerNetwork network, List<String> labels, Map<String, String> metadata) {
    GraphProto.Builder graph = QuantizedGraph.of(network);
    return encode(graph, network.image(), network.classes(), labels, metadata);
  }

  private static byte[] encode(
      GraphProto.Builder graph,
      Shape image,
      int classes,
      List<String> labels,
      Map<String, String> metadata) {
    graph
        .setName("network")
        .addInput(
            value(
                OnnxGraph.PIXELS,
                TensorProto.DataType.UINT8,
                image.height(),
                image.width(),
                image.channels()))
        .addOutput(value(OnnxGraph.LOGITS, TensorProto.DataType.FLOAT, classes))
        .addOutput(value(OnnxGraph.PROBABILITIES, TensorProto.DataType.FLOAT, classes));
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATOR_SET))
            .setProducerName("espalier")
            .setGraph(graph)
            .addMetadataProps(entry("labels", String.join("\n", labels)));
    metadata.forEach((key, value) -> model.addMetadataProps(entry(key, value)));
    return model.build().toByteArray();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int... sizes) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam("batch"));
    for (int size : sizes) {
      shape.addDim(Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
