package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.reader.Value.Feature;
import dev.espalier.workers.onnx.reader.Value.Pixels;
import dev.espalier.workers.onnx.reader.Value.Probabilities;
import dev.espalier.workers.onnx.reader.Value.Unknown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.ValueInfoProto;
import org.jspecify.annotations.Nullable;

/** Goes through the nodes of a graph once and notes everything that no table computes. */
final class GraphReader {
  private final GraphProto graph;
  private final int operatorSet;
  private final TensorReader tensors;
  private final Map<String, Operator> operators;
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Set<String> needed = new HashSet<>();
  private final TableDraft table;
  private final List<String> problems = new ArrayList<>();

  private GraphReader(GraphProto graph, int operatorSet, TensorReader tensors, GraphInput input) {
    this.graph = graph;
    this.operatorSet = operatorSet;
    this.tensors = tensors;
    operators = operators(tensors);
    graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    graph.getOutputList().forEach(output -> needed.add(output.getName()));
    table = new TableDraft(input.image(), input.batch(), consumers());
    values.put(input.name(), input.pixels());
  }

  /**
   * A graph as a table.
   *
   * @param pixels as the table reads them; null where they are as they come
   */
  record Read(WeightedNetwork weighted, @Nullable Pixels pixels) {}

  /**
   * Reads a graph.
   *
   * @param problems to which all are added that are found
   * @return null if there are problems
   */
  static @Nullable Read of(
      GraphProto graph,
      int operatorSet,
      TensorReader tensors,
      GraphInput input,
      List<String> problems) {
    GraphReader reader = new GraphReader(graph, operatorSet, tensors, input);
    Read read = reader.read();
    problems.addAll(reader.problems);
    return problems.isEmpty() ? read : null;
  }

  /** Every type of node that is read. */
  private static Map<String, Operator> operators(TensorReader tensors) {
    return Map.ofEntries(
        Map.entry("Add", Arithmetic::binary),
        Map.entry("AveragePool", Poolings::average),
        Map.entry("BatchNormalization", Convolutions::batchNorm),
        Map.entry("Cast", Shapes::cast),
        Map.entry("Clip", Arithmetic::clip),
        Map.entry("Concat", Constants::concat),
        Map.entry("Constant", (node, table) -> Constants.constant(node, tensors)),
        Map.entry("Conv", Convolutions::convolution),
        Map.entry("Div", Arithmetic::binary),
        Map.entry("Dropout", Shapes::dropout),
        Map.entry("Flatten", Shapes::flatten),
        Map.entry("Gather", Constants::gather),
        Map.entry("Gemm", Convolutions::gemm),
        Map.entry("GlobalAveragePool", Poolings::globalAverage),
        Map.entry("Identity", Shapes::same),
        Map.entry("MatMul", Convolutions::matMul),
        Map.entry("MaxPool", Poolings::max),
        Map.entry("Mul", Arithmetic::binary),
        Map.entry("Pad", Poolings::pad),
        Map.entry("ReduceMean", Poolings::reduceMean),
        Map.entry("Relu", Arithmetic::relu),
        Map.entry("Reshape", Shapes::reshape),
        Map.entry("Shape", Constants::shape),
        Map.entry("Slice", Constants::slice),
        Map.entry("Softmax", Arithmetic::softmax),
        Map.entry("Squeeze", Shapes::squeeze),
        Map.entry("Sub", Arithmetic::binary),
        Map.entry("Transpose", Shapes::transpose),
        Map.entry("Unsqueeze", Shapes::unsqueeze));
  }

  /**
   * How many nodes and outputs read each value, of the nodes that the outputs need. Whoever asks
   * for a shape alone does not read the value.
   */
  private Map<String, Integer> consumers() {
    Map<String, Integer> consumers = new HashMap<>();
    needed.forEach(output -> consumers.merge(output, 1, Integer::sum));
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        needed.addAll(node.getInputList());
        if (!node.getOpType().equals("Shape")) {
          node.getInputList().forEach(input -> consumers.merge(input, 1, Integer::sum));
        }
      }
    }
    return consumers;
  }

  private @Nullable Read read() {
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        read(node, i + 1);
      }
    }
    String last = last();
    if (!problems.isEmpty()) {
      return null;
    }
    try {
      return new Read(table.ending(last), table.input());
    } catch (RefusalException e) {
      problems.add(e.problem());
      return null;
    }
  }

  /** The row that all outputs give. */
  private String last() {
    Set<String> rows = new HashSet<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      Value value = value(output.getName());
      if (value instanceof Feature feature && feature.order().isFlat()) {
        rows.add(feature.row());
      } else if (value instanceof Probabilities probabilities) {
        rows.add(probabilities.row());
      } else if (!(value instanceof Unknown)) {
        problems.add(
            "output %s: must be vectors, [batch, classes], found %s"
                .formatted(
                    Quoted.text(output.getName()),
                    value == null ? "no node that gives it" : Node.said(value)));
      }
    }
    if (rows.size() > 1 || graph.getOutputCount() == 0) {
      problems.add(
          "must have one output, or scores and their softmax, found "
              + graph.getOutputCount()
              + " outputs");
    }
    return rows.isEmpty() ? "" : rows.iterator().next();
  }

  private void read(NodeProto proto, int position) {
    String place =
        "node %d of %d, %s %s: "
            .formatted(
                position,
                graph.getNodeCount(),
                Quoted.word(proto.getOpType()),
                Quoted.text(proto.getName()));
    Value value = new Unknown();
    List<@Nullable Value> inputs = new ArrayList<>();
    boolean known = true;
    for (String input : proto.getInputList()) {
      Value read = input.isEmpty() ? null : value(input);
      inputs.add(read);
      known &= !(read instanceof Unknown);
      if (read == null && !input.isEmpty()) {
        problems.add(place + "must read values of nodes before it, found " + Quoted.text(input));
        known = false;
      }
    }
    Operator operator = operators.get(proto.getOpType());
    String domain = proto.getDomain();
    if (operator == null || !(domain.isEmpty() || domain.equals("ai.onnx"))) {
      problems.add(
          place
              + "must be of an operator that the documentation of baseline.from lists, found "
              + Quoted.word(domain.isEmpty() ? "" : domain + ".")
              + Quoted.word(proto.getOpType()));
    } else if (known) {
      value = read(new Node(proto, operatorSet, inputs), operator, place);
    }
    note(proto, value, place);
  }

  private Value read(Node node, Operator operator, String place) {
    try {
      Value value = operator.read(node, table);
      node.requireAllAsked();
      return value;
    } catch (RefusalException e) {
      problems.add(place + e.problem());
      return new Unknown();
    }
  }

  private void note(NodeProto proto, Value value, String place) {
    for (int i = 0; i < proto.getOutputCount(); i++) {
      String output = proto.getOutput(i);
      if (output.isEmpty()) {
        continue;
      }
      if (values.containsKey(output) || initializers.containsKey(output)) {
        problems.add(place + "must give a new value, found " + Quoted.text(output));
      } else if (i == 0) {
        values.put(output, value);
        if (value instanceof Feature feature) {
          table.alias(output, feature.row());
        }
      } else if (needed.contains(output)) {
        problems.add(place + "must have only its first output read, found " + (i + 1));
        values.put(output, new Unknown());
      }
    }
  }

  /** A value of the graph; null where nothing before gives it. */
  private @Nullable Value value(String name) {
    Value known = values.get(name);
    TensorProto tensor = initializers.get(name);
    if (known != null || tensor == null) {
      return known;
    }
    Value read = new Unknown();
    try {
      read = tensors.read(tensor);
    } catch (RefusalException e) {
      problems.add("constant %s: %s".formatted(Quoted.text(name), e.problem()));
    }
    values.put(name, read);
    return read;
  }
}
