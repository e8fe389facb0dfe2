package dev.espalier.workers.onnx;

import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Folding;
import dev.espalier.workers.model.Fused;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto;
import org.nd4j.shade.protobuf.ByteString;

/**
 * The rows of a table as the nodes of an ONNX graph. Batch norm is folded into the convolutions
 * before it. Images between nodes are [batch, channels, height, width], as ONNX wants them.
 */
final class OnnxGraph {
  /** Unsigned bytes, [batch, height, width, channels]. */
  static final String PIXELS = "pixels";

  /** What the last dense layer gives, [batch, classes]. */
  static final String LOGITS = "logits";

  /** The softmax of the logits, [batch, classes]. */
  static final String PROBABILITIES = "probabilities";

  private final Network network;
  private final Map<String, Tensor> parameters;
  private final Map<String, Shape> shapes;

  /** The rows that are [batch, channels] rather than images. */
  private final Set<String> vectors = new HashSet<>();

  private final Set<String> clips = new HashSet<>();
  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /**
   * A node that reads what the step before it gives, and then its operands.
   *
   * @param type such as {@code Conv}
   */
  private record Step(String type, List<String> operands, List<AttributeProto> attributes) {
    static Step of(String type, String... operands) {
      return new Step(type, List.of(operands), List.of());
    }
  }

  private OnnxGraph(WeightedNetwork weighted) {
    network = weighted.network();
    parameters = weighted.byName();
    shapes = network.shapes();
  }

  /** Nodes and initializers of the whole network, from pixels to probabilities. */
  static GraphProto.Builder of(WeightedNetwork weighted, List<Channel> channels) {
    OnnxGraph built = new OnnxGraph(weighted);
    built.normalize(channels);
    Fused.of(built.network).forEach(built::add);
    built.chain(LOGITS, List.of(softmax()), PROBABILITIES);
    return built.graph;
  }

  /**
   * Subtracts and divides on whole pixels. This cannot be folded into the first convolution, whose
   * padding is zero after it, not before.
   */
  private void normalize(List<Channel> channels) {
    float[] mean = new float[channels.size()];
    float[] deviation = new float[channels.size()];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (float) (255.0 * channels.get(c).mean());
      deviation[c] = (float) (255.0 * channels.get(c).deviation());
    }
    chain(
        PIXELS,
        List.of(
            new Step("Cast", List.of(), List.of(integer("to", TensorProto.DataType.FLOAT_VALUE))),
            new Step("Transpose", List.of(), List.of(integers("perm", 0, 3, 1, 2))),
            Step.of("Sub", floats("normalization/mean", mean, mean.length, 1, 1)),
            Step.of("Div", floats("normalization/deviation", deviation, deviation.length, 1, 1))),
        value(Network.INPUT));
  }

  private void add(Fused fused) {
    Layer row = fused.row();
    List<Step> steps = new ArrayList<>();
    if (row instanceof Layer.Convolution c) {
      steps.add(convolution(fused, c.out(), c.kernel(), c.stride(), c.padding(), 1));
    } else if (row instanceof Layer.Depthwise d) {
      int channels = d.channels();
      steps.add(convolution(fused, channels, d.kernel(), d.stride(), d.padding(), channels));
    } else if (row instanceof Layer.BatchNorm norm) {
      steps.addAll(norm(fused, norm));
    } else if (row instanceof Layer.Pad pad) {
      steps.add(pad(pad));
    } else if (row instanceof Pool pool) {
      steps.add(pool(pool));
    } else if (row instanceof Layer.GlobalAveragePool) {
      steps.add(Step.of("GlobalAveragePool"));
      steps.add(Step.of("Flatten"));
    } else if (row instanceof Layer.Dense dense) {
      steps.addAll(dense(fused, dense.out()));
    } else if (row instanceof Layer.Output output) {
      steps.addAll(dense(fused, output.classes()));
    }
    String addend = fused.addend();
    if (addend != null) {
      steps.add(Step.of("Add", value(addend)));
    }
    steps.addAll(activation(fused.activation()));
    if (isVector(fused)) {
      vectors.add(fused.name());
    }
    boolean last = row instanceof Layer.Output;
    chain(value(fused.inputs().get(0)), steps, last ? LOGITS : value(fused.name()));
  }

  private boolean isVector(Fused fused) {
    Layer row = fused.row();
    return row instanceof Layer.GlobalAveragePool
        || row instanceof Layer.Dense
        || row instanceof Layer.Output
        || vectors.contains(fused.inputs().get(0));
  }

  private Step convolution(Fused fused, int out, int kernel, int stride, int padding, int groups) {
    Folding folded = Folding.of(fused, out, parameters);
    String name = value(fused.row().name());
    int in = folded.kernel().length / (out * kernel * kernel);
    return new Step(
        "Conv",
        List.of(
            floats(name + "/W", folded.kernel(), out, in, kernel, kernel),
            floats(name + "/b", folded.bias(), out)),
        List.of(
            integers("kernel_shape", kernel, kernel),
            integers("strides", stride, stride),
            integers("pads", padding, padding, padding, padding),
            integer("group", groups)));
  }

  /** A batch norm that no convolution takes along. */
  private List<Step> norm(Fused fused, Layer.BatchNorm norm) {
    Folding folded = Folding.of(fused, norm.channels(), parameters);
    int channels = norm.channels();
    int[] each = vectors.contains(norm.input()) ? new int[] {channels} : new int[] {channels, 1, 1};
    String name = value(norm.name());
    return List.of(
        Step.of("Mul", floats(name + "/scale", folded.kernel(), each)),
        Step.of("Add", floats(name + "/shift", folded.bias(), each)));
  }

  private Step pad(Layer.Pad pad) {
    Padding padding = pad.padding();
    String pads = value(pad.name()) + "/pads";
    // The starts of [batch, channels, height, width], then their ends.
    long[] sides = {0, 0, padding.top(), padding.left(), 0, 0, padding.bottom(), padding.right()};
    return Step.of("Pad", longs(pads, sides));
  }

  /** Neither counts padding: MaxPool's is below all values, and AveragePool leaves it out. */
  private static Step pool(Pool pool) {
    Padding padding = pool.padding();
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(integers("kernel_shape", pool.size(), pool.size()));
    attributes.add(integers("strides", pool.stride(), pool.stride()));
    if (!padding.equals(Padding.NONE)) {
      attributes.add(
          integers("pads", padding.top(), padding.left(), padding.bottom(), padding.right()));
    }
    return new Step(
        pool.function() == Pool.Function.MAX ? "MaxPool" : "AveragePool", List.of(), attributes);
  }

  /** Our tables flatten an image as [height, width, channels]; here it is the other way round. */
  private List<Step> dense(Fused fused, int out) {
    String input = fused.inputs().get(0);
    Shape from = Objects.requireNonNull(shapes.get(input), input);
    Folding folded = Folding.of(fused, out, parameters);
    String name = value(fused.row().name());
    String kernel = floats(name + "/W", from.channelsFirst(folded.kernel()), out, from.size());
    String bias = floats(name + "/b", folded.bias(), out);
    Step gemm = new Step("Gemm", List.of(kernel, bias), List.of(integer("transB", 1)));
    return vectors.contains(input) ? List.of(gemm) : List.of(Step.of("Flatten"), gemm);
  }

  private List<Step> activation(Activation activation) {
    return switch (activation) {
      case IDENTITY -> List.of();
      case RELU -> List.of(Step.of("Relu"));
      case RELU6 -> List.of(Step.of("Clip", scalar("clip/0", 0), scalar("clip/6", 6)));
    };
  }

  private static Step softmax() {
    return new Step("Softmax", List.of(), List.of(integer("axis", 1)));
  }

  /** Adds nodes, each behind the other; the last one gives {@code output}. */
  private void chain(String input, List<Step> steps, String output) {
    String from = input;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String to = i == steps.size() - 1 ? output : output + "." + step.type() + i;
      graph.addNode(
          NodeProto.newBuilder()
              .setName(to)
              .setOpType(step.type())
              .addInput(from)
              .addAllInput(step.operands())
              .addAllAttribute(step.attributes())
              .addOutput(to));
      from = to;
    }
  }

  /** The name of what a row gives, which is none of those of inputs and outputs. */
  private static String value(String row) {
    return "layer/" + row;
  }

  private String scalar(String name, float value) {
    return clips.add(name) ? floats(name, new float[] {value}) : name;
  }

  /** Adds values under a name. */
  private String floats(String name, float[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(bytes));
    for (int size : shape) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds numbers under a name. */
  private String longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }
}
