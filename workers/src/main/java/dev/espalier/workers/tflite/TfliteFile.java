package dev.espalier.workers.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.QuantizationParameters;
import org.tensorflow.lite.schema.SignatureDef;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;
import org.tensorflow.lite.schema.TensorMap;
import org.tensorflow.lite.schema.TensorType;

/**
 * A graph as a {@code .tflite} file: a FlatBuffer by TensorFlow Lite's schema, version 3, with the
 * identifier {@code TFL3}.
 *
 * <p>A FlatBuffer is written from its end: whatever a table refers to is there before the table.
 */
final class TfliteFile {
  private static final int SCHEMA_VERSION = 3;

  /** Interpreters read kernels where they lie. */
  private static final int ALIGNMENT = 16;

  /** The first version of TensorFlow Lite that has all these operators on 8-bit integers. */
  private static final byte[] MIN_RUNTIME =
      Arrays.copyOf("1.14.0".getBytes(StandardCharsets.US_ASCII), 16);

  private final FlatBufferBuilder file;
  private final Graph graph;
  private final byte @Nullable [] description;

  /** Contents of buffers; the first is that of tensors that operators compute. */
  private final List<byte[]> buffers = new ArrayList<>(List.of(new byte[0]));

  /** Where lists of zero points lie: many tensors share one. */
  private final Map<List<Integer>, Integer> zeroPoints = new LinkedHashMap<>();

  /** The places of codes in the list of them, by code and version. */
  private final Map<List<Integer>, Integer> codes = new LinkedHashMap<>();

  private TfliteFile(Graph graph, byte @Nullable [] description) {
    this.graph = graph;
    this.description = description;
    int data = 0;
    for (GraphTensor tensor : graph.tensors()) {
      data = Math.addExact(data, tensor.data() == null ? 0 : tensor.bytes());
    }
    file = new FlatBufferBuilder(Math.addExact(data, 1 << 16));
  }

  /** The bytes of the file: equal graphs give equal bytes. */
  static byte[] encode(Graph graph) {
    return new TfliteFile(graph, null).encode();
  }

  /**
   * The same with a description of what the graph takes and gives.
   *
   * @param description by TensorFlow Lite's schema of metadata
   */
  static byte[] encode(Graph graph, byte[] description) {
    return new TfliteFile(graph, description).encode();
  }

  private byte[] encode() {
    int subgraphs = Model.createSubgraphsVector(file, new int[] {subgraph()});
    int operatorCodes = Model.createOperatorCodesVector(file, operatorCodes());
    int metadata = Model.createMetadataVector(file, metadata());
    int signatures = Model.createSignatureDefsVector(file, new int[] {signature()});
    int contents = Model.createBuffersVector(file, contents());
    int producer = file.createString("espalier");
    Model.finishModelBuffer(
        file,
        Model.createModel(
            file,
            SCHEMA_VERSION,
            operatorCodes,
            subgraphs,
            producer,
            contents,
            0,
            metadata,
            signatures));
    return file.sizedByteArray();
  }

  private int subgraph() {
    int[] tensors = graph.tensors().stream().mapToInt(this::tensor).toArray();
    int[] steps = graph.steps().stream().mapToInt(this::operator).toArray();
    return SubGraph.createSubGraph(
        file,
        SubGraph.createTensorsVector(file, tensors),
        SubGraph.createInputsVector(file, new int[] {graph.input()}),
        SubGraph.createOutputsVector(file, new int[] {graph.output()}),
        SubGraph.createOperatorsVector(file, steps),
        file.createString("main"));
  }

  private int tensor(GraphTensor tensor) {
    byte[] data = tensor.data();
    int buffer = data == null ? 0 : buffer(data);
    int name = tensor.name().isEmpty() ? 0 : file.createString(tensor.name());
    int[] shape = tensor.shape().stream().mapToInt(size -> size).toArray();
    Quantization quantization = tensor.quantization();
    return Tensor.createTensor(
        file,
        Tensor.createShapeVector(file, shape),
        type(tensor.type()),
        buffer,
        name,
        quantization == null ? 0 : quantization(quantization),
        false,
        0,
        0,
        false,
        0);
  }

  private int buffer(byte[] data) {
    buffers.add(data);
    return buffers.size() - 1;
  }

  private int quantization(Quantization quantization) {
    float[] scales = new float[quantization.scales().size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = quantization.scales().get(i);
    }
    int scale = QuantizationParameters.createScaleVector(file, scales);
    int zeroPoint =
        zeroPoints.computeIfAbsent(
            quantization.zeroPoints(),
            points ->
                QuantizationParameters.createZeroPointVector(
                    file, points.stream().mapToLong(point -> point).toArray()));
    return QuantizationParameters.createQuantizationParameters(
        file, 0, 0, scale, zeroPoint, (byte) 0, 0, quantization.dimension());
  }

  private int operator(Graph.Step step) {
    boolean integers = graph.tensors().get(step.output()).type() == ElementType.INT8;
    EncodedOperator encoded = EncodedOperator.of(file, step.operator(), integers);
    List<Integer> code = List.of(encoded.code(), encoded.version());
    codes.putIfAbsent(code, codes.size());
    int[] inputs = step.inputs().stream().mapToInt(input -> input).toArray();
    return org.tensorflow.lite.schema.Operator.createOperator(
        file,
        codes.getOrDefault(code, 0),
        org.tensorflow.lite.schema.Operator.createInputsVector(file, inputs),
        org.tensorflow.lite.schema.Operator.createOutputsVector(file, new int[] {step.output()}),
        encoded.type(),
        encoded.options(),
        0,
        (byte) 0,
        0,
        0);
  }

  /** Older readers look at the code of one byte, newer ones at the other. */
  private int[] operatorCodes() {
    return codes.keySet().stream()
        .mapToInt(
            code -> {
              int custom = code.get(0) == BuiltinOperator.CUSTOM ? decode() : 0;
              return OperatorCode.createOperatorCode(
                  file, (byte) Math.min(code.get(0), 127), custom, code.get(1), code.get(0));
            })
        .toArray();
  }

  /** The name of the only operator that has no code of its own. */
  private int decode() {
    return file.createString(EncodedOperator.DECODE);
  }

  private int[] metadata() {
    int minRuntime = metadata("min_runtime_version", MIN_RUNTIME);
    return description == null
        ? new int[] {minRuntime}
        : new int[] {minRuntime, metadata("TFLITE_METADATA", description)};
  }

  private int metadata(String name, byte[] content) {
    return Metadata.createMetadata(file, file.createString(name), buffer(content));
  }

  private int signature() {
    int input =
        TensorMap.createTensorMap(file, file.createString(GraphBuilder.IMAGE), graph.input());
    int output =
        TensorMap.createTensorMap(
            file, file.createString(GraphBuilder.PROBABILITIES), graph.output());
    return SignatureDef.createSignatureDef(
        file,
        SignatureDef.createInputsVector(file, new int[] {input}),
        SignatureDef.createOutputsVector(file, new int[] {output}),
        file.createString("serving_default"),
        0);
  }

  private int[] contents() {
    return buffers.stream().mapToInt(data -> Buffer.createBuffer(file, aligned(data))).toArray();
  }

  /** The generated {@code createDataVector} does not align. */
  private int aligned(byte[] data) {
    if (data.length == 0) {
      return 0;
    }
    file.createUnintializedVector(1, data.length, ALIGNMENT).put(data);
    return file.endVector();
  }

  private static byte type(ElementType type) {
    return switch (type) {
      case FLOAT32 -> TensorType.FLOAT32;
      case INT32 -> TensorType.INT32;
      case INT8 -> TensorType.INT8;
      case UINT8 -> TensorType.UINT8;
    };
  }
}
