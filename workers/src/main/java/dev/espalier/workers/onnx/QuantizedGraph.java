package dev.espalier.workers.onnx;

import static dev.espalier.workers.onnx.Attributes.integer;
import static dev.espalier.workers.onnx.Attributes.integers;
import static dev.espalier.workers.onnx.Attributes.pads;

import dev.espalier.workers.int8.Clamp;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.GraphProto;

/**
 * A network of 8-bit integers as the nodes of an ONNX graph in the form QDQ: between operations are
 * integers, and each operation stands between DequantizeLinear and QuantizeLinear, so that it can
 * be read as one on floats or computed as one on integers. Images are [batch, channels, height,
 * width].
 *
 * <p>Weights are signed, and what passes between operations is unsigned: the network's integers
 * plus 128, with zero points that are as much greater. ONNX Runtime on x86 wants it so, and
 * computes some operations with floats otherwise.
 */
final class QuantizedGraph {
  private final OnnxNodes nodes = new OnnxNodes();
  private final Map<String, Affine> affines = new HashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();

  /** The operations that give [batch, channels] rather than images. */
  private final Set<String> vectors = new HashSet<>();

  /** Those of them that there are as images, too. */
  private final Set<String> images = new HashSet<>();

  private QuantizedGraph(IntegerNetwork network) {
    affines.put(IntegerNetwork.PIXELS, IntegerNetwork.PIXEL);
    shapes.put(IntegerNetwork.PIXELS, network.image());
  }

  /** Nodes and constants of the whole network, from pixels to probabilities. */
  static GraphProto.Builder of(IntegerNetwork network) {
    QuantizedGraph built = new QuantizedGraph(network);
    built.nodes.add(
        "Transpose",
        List.of(OnnxGraph.PIXELS),
        List.of(integers("perm", 0, 3, 1, 2)),
        value(IntegerNetwork.PIXELS));
    network.ops().forEach(built::add);
    return built.nodes.graph();
  }

  private void add(IntegerOp op) {
    if (op instanceof IntegerOp.Convolution convolution) {
      convolution(convolution);
    } else if (op instanceof IntegerOp.Dense dense) {
      dense(dense);
    } else if (op instanceof IntegerOp.Add sum) {
      String left = dequantized(op, sum.left(), image(sum.left()), "/left");
      String right = dequantized(op, sum.right(), image(sum.right()), "/right");
      compute(op, "Add", List.of(left, right), List.of(), sum.activation());
    } else if (op instanceof IntegerOp.Softmax softmax) {
      probabilities(softmax);
    } else {
      onImages(op);
    }
    affines.put(op.name(), op.affine());
    shapes.put(op.name(), op.shape());
  }

  private void convolution(IntegerOp.Convolution op) {
    int out = op.shape().channels();
    int k = op.kernel();
    int in = op.weights().length / out / k / k;
    String weights = value(op.name()) + "/W";
    nodes.bytes(weights, op.weights(), out, in, k, k);
    nodes.floats(weights + "/scale", op.scales(), out);
    nodes.bytes(weights + "/zero_point", new byte[out], out);
    String kernel = dequantized(weights, List.of(integer("axis", 0)));
    String bias = bias(op, op.input(), op.bias(), op.scales());
    int padding = op.padding();
    List<AttributeProto> attributes =
        List.of(
            integers("kernel_shape", k, k),
            integers("strides", op.stride(), op.stride()),
            integers("pads", padding, padding, padding, padding),
            integer("group", op.depthwise() ? out : 1));
    String input = dequantized(op, op.input(), image(op.input()), "/in");
    compute(op, "Conv", List.of(input, kernel, bias), attributes, op.activation());
  }

  private void dense(IntegerOp.Dense op) {
    int out = op.shape().channels();
    Shape from = shape(op.input());
    String weights = value(op.name()) + "/W";
    nodes.bytes(weights, channelsFirst(op.weights(), from), out, from.size());
    nodes.scalar(weights + "/scale", op.scale());
    nodes.bytes(weights + "/zero_point", new byte[1]);
    String kernel = dequantized(weights, List.of());
    String bias = bias(op, op.input(), op.bias(), new float[] {op.scale()});
    String flat = value(op.input());
    if (!vectors.contains(op.input())) {
      flat = value(op.name()) + "/flat";
      nodes.add("Flatten", List.of(value(op.input())), List.of(), flat);
    }
    String input = dequantized(op, op.input(), flat, "/in");
    List<AttributeProto> attributes = List.of(integer("transB", 1));
    compute(op, "Gemm", List.of(input, kernel, bias), attributes, op.activation());
    vectors.add(op.name());
  }

  private void onImages(IntegerOp op) {
    String from = op.inputs().get(0);
    List<String> reads = new ArrayList<>(List.of(dequantized(op, from, image(from), "/in")));
    List<AttributeProto> attributes = List.of();
    String type = "GlobalAveragePool";
    if (op instanceof IntegerOp.SquarePool pool) {
      Padding sides = pool.padding();
      type = pool.function() == Pool.Function.MAX ? "MaxPool" : "AveragePool";
      attributes =
          List.of(
              integers("kernel_shape", pool.size(), pool.size()),
              integers("strides", pool.stride(), pool.stride()),
              pads(sides));
    } else if (op instanceof IntegerOp.Pad pad) {
      Padding sides = pad.padding();
      type = "Pad";
      // The starts of [batch, channels, height, width], then their ends.
      reads.add(
          nodes.longs(
              value(op.name()) + "/pads",
              0,
              0,
              sides.top(),
              sides.left(),
              0,
              0,
              sides.bottom(),
              sides.right()));
    }
    compute(op, type, reads, attributes, Activation.IDENTITY);
  }

  /** Logits are what the last dense layer gives; probabilities have 8 bits, too. */
  private void probabilities(IntegerOp.Softmax op) {
    dequantize(value(op.input()), affine(op.input()), value(op.input()), OnnxGraph.LOGITS);
    String floats = value(op.name()) + "/floats";
    nodes.add("Softmax", List.of(OnnxGraph.LOGITS), List.of(integer("axis", 1)), floats);
    quantize(floats, op.affine(), value(op.name()));
    dequantize(value(op.name()), op.affine(), value(op.name()), OnnxGraph.PROBABILITIES);
  }

  /** An operation on floats, its activation, and the integers of what comes out. */
  private void compute(
      IntegerOp op,
      String type,
      List<String> inputs,
      List<AttributeProto> attributes,
      Activation activation) {
    String output = value(op.name()) + "/floats";
    nodes.add(type, inputs, attributes, output);
    // Where 0 is the least integer, and 6 the greatest or beyond, QuantizeLinear is the activation:
    // only without a node between them do runtimes compute both on integers.
    Clamp clamp = Clamp.of(activation, op.affine());
    if (clamp.low() > Byte.MIN_VALUE || clamp.high() < Byte.MAX_VALUE) {
      output = activated(op, activation, output);
    }
    quantize(output, op.affine(), value(op.name()));
  }

  private String activated(IntegerOp op, Activation activation, String floats) {
    String output = value(op.name()) + "/activated";
    if (activation == Activation.RELU) {
      nodes.add("Relu", List.of(floats), List.of(), output);
    } else {
      List<String> reads = List.of(floats, nodes.scalar("clip/0", 0), nodes.scalar("clip/6", 6));
      nodes.add("Clip", reads, List.of(), output);
    }
    return output;
  }

  private void quantize(String floats, Affine affine, String output) {
    nodes.add("QuantizeLinear", meaning(floats, affine, output), List.of(), output);
  }

  /** What an operation reads; each has nodes of its own, as runtimes that fuse them expect it. */
  private String dequantized(IntegerOp reader, String op, String integers, String suffix) {
    String output = value(reader.name()) + suffix;
    dequantize(integers, affine(op), value(op), output);
    return output;
  }

  private void dequantize(String integers, Affine affine, String name, String output) {
    nodes.add("DequantizeLinear", meaning(integers, affine, name), List.of(), output);
  }

  /** A tensor with its scale and its zero point, which are named after {@code name}. */
  private List<String> meaning(String tensor, Affine affine, String name) {
    return List.of(
        tensor,
        nodes.scalar(name + "/scale", affine.scale()),
        nodes.unsignedByte(name + "/zero_point", affine.zeroPoint() - Byte.MIN_VALUE));
  }

  /** A kernel whose scale and zero point are there. */
  private String dequantized(String weights, List<AttributeProto> attributes) {
    String output = weights + "/floats";
    List<String> reads = List.of(weights, weights + "/scale", weights + "/zero_point");
    nodes.add("DequantizeLinear", reads, attributes, output);
    return output;
  }

  /** 32-bit integers in units of the input's scale times those of the weights. */
  private String bias(IntegerOp op, String input, int[] bias, float[] scales) {
    String name = value(op.name()) + "/b";
    float[] products = new float[scales.length];
    for (int i = 0; i < products.length; i++) {
      products[i] = affine(input).scale() * scales[i];
    }
    boolean single = products.length == 1;
    String scale = name + "/scale";
    List<String> reads =
        List.of(
            nodes.ints(name, bias, bias.length),
            single
                ? nodes.scalar(scale, products[0])
                : nodes.floats(scale, products, products.length));
    List<AttributeProto> attributes = single ? List.of() : List.of(integer("axis", 0));
    nodes.add("DequantizeLinear", reads, attributes, name + "/floats");
    return name + "/floats";
  }

  /** What an operation gives as images; what dense layers give becomes images of one pixel. */
  private String image(String op) {
    if (!vectors.contains(op)) {
      return value(op);
    }
    String image = value(op) + "/image";
    if (images.add(op)) {
      String axes = nodes.longs("axes/image", 2, 3);
      nodes.add("Unsqueeze", List.of(value(op), axes), List.of(), image);
    }
    return image;
  }

  private static byte[] channelsFirst(byte[] weights, Shape from) {
    float[] values = new float[weights.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = weights[i];
    }
    float[] moved = from.channelsFirst(values);
    byte[] bytes = new byte[moved.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) moved[i];
    }
    return bytes;
  }

  /** The name of what an operation gives, which is none of those of inputs and outputs. */
  private static String value(String op) {
    return "layer/" + op;
  }

  private Affine affine(String op) {
    return Objects.requireNonNull(affines.get(op), op);
  }

  private Shape shape(String op) {
    return Objects.requireNonNull(shapes.get(op), op);
  }
}
