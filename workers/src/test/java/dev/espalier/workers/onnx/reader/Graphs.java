package dev.espalier.workers.onnx.reader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.AttributeProto.AttributeType;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.OperatorSetIdProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorProto.DataType;
import onnx.OnnxMl.TensorShapeProto;
import onnx.OnnxMl.TensorShapeProto.Dimension;
import onnx.OnnxMl.TypeProto;
import onnx.OnnxMl.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** ONNX files written by hand, node by node; constants are drawn. */
final class Graphs {
  final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  private final SplittableRandom random = new SplittableRandom(3);
  private final int operatorSet;

  /** A graph of an input {@code x}; a size of 0 stands for any. */
  Graphs(int operatorSet, DataType type, long... input) {
    this.operatorSet = operatorSet;
    graph.addInput(value("x", type, input));
  }

  /** Adds an output of floats, [batch, classes]. */
  Graphs output(String name, long classes) {
    graph.addOutput(value(name, DataType.FLOAT, 0, classes));
    return this;
  }

  private static ValueInfoProto value(String name, DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(
          size == 0
              ? Dimension.newBuilder().setDimParam("n")
              : Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /** Adds a node that is named as its output. */
  Graphs node(String type, String inputs, String output, AttributeProto... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setName(output).setOpType(type).addOutput(output);
    for (String input : inputs.split(" ", -1)) {
      if (!input.isEmpty()) {
        node.addInput(input.equals("-") ? "" : input);
      }
    }
    graph.addNode(node.addAllAttribute(List.of(attributes)));
    return this;
  }

  /** Adds a constant with values in [-0.5, 0.5). */
  Graphs drawn(String name, long... dims) {
    float[] values = new float[(int) LongStream.of(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return floats(name, values, dims);
  }

  Graphs floats(String name, float[] values, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
    LongStream.of(dims).forEach(tensor::addDims);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** Adds a list of whole numbers. */
  Graphs integers(String name, long... values) {
    graph.addInitializer(whole(name, List.of((long) values.length), values));
    return this;
  }

  static TensorProto whole(String name, List<Long> dims, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.INT64_VALUE).addAllDims(dims);
    LongStream.of(values).forEach(tensor::addInt64Data);
    return tensor.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, Long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(List.of(values))
        .build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto word(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto tensor(String name, TensorProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(value)
        .build();
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(operatorSet < 16 ? 7 : 8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(operatorSet))
        .setGraph(graph)
        .build();
  }

  /** Writes the file. */
  Path in(Path folder) {
    return write(folder.resolve("model.onnx"), model().toByteArray());
  }

  static Path write(Path file, byte[] content) {
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
