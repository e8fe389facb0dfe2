package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.onnx.reader.Value.Constant;
import dev.espalier.workers.onnx.reader.Value.Feature;
import dev.espalier.workers.onnx.reader.Value.Floats;
import dev.espalier.workers.onnx.reader.Value.Integers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.AttributeProto.AttributeType;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto;
import org.jspecify.annotations.Nullable;

/**
 * A node of a graph with the values that it reads. What it asks for is noted: an attribute that
 * nobody asks for might change what the node computes.
 */
final class Node {
  private final NodeProto proto;
  private final int operatorSet;
  private final List<@Nullable Value> inputs;
  private final Map<String, AttributeProto> attributes = new HashMap<>();
  private final Set<String> asked = new HashSet<>();

  /**
   * @param operatorSet the version of ONNX's operators
   * @param inputs null where an optional one is left out
   */
  Node(NodeProto proto, int operatorSet, List<@Nullable Value> inputs) {
    this.proto = proto;
    this.operatorSet = operatorSet;
    this.inputs = inputs;
    proto.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  /** Such as {@code Conv}. */
  String type() {
    return proto.getOpType();
  }

  /** What the file calls it; may be empty. */
  String name() {
    return proto.getName();
  }

  /** The name of its first output. */
  String output() {
    return proto.getOutputCount() == 0 ? "" : proto.getOutput(0);
  }

  /** The name of an input; empty where it is left out. */
  String inputName(int index) {
    return index < proto.getInputCount() ? proto.getInput(index) : "";
  }

  int operatorSet() {
    return operatorSet;
  }

  /** An input; null where it is left out. */
  @Nullable Value optional(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /** An input that must be there. */
  Value input(int index) throws RefusalException {
    Value value = optional(index);
    if (value == null) {
      throw new RefusalException("must have an input " + (index + 1), inputs.size());
    }
    return value;
  }

  /** All inputs, none of which may be left out. */
  List<Value> inputs() throws RefusalException {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      all.add(input(i));
    }
    return all;
  }

  /** An input of floats that no image changes. */
  Floats floats(int index) throws RefusalException {
    if (input(index) instanceof Floats floats) {
      return floats;
    }
    throw new RefusalException(
        "input %d must be a constant of floats".formatted(index + 1), said(input(index)));
  }

  /** An input of whole numbers that no image changes; null where it is left out. */
  @Nullable List<Long> integers(int index) throws RefusalException {
    Value value = optional(index);
    if (value == null) {
      return null;
    }
    if (value instanceof Integers integers) {
      return Arrays.stream(integers.values()).boxed().toList();
    }
    throw new RefusalException(
        "input %d must be a constant of whole numbers".formatted(index + 1), said(value));
  }

  /**
   * Whole numbers that are an attribute before an operator set and an input since then; null where
   * they are left out.
   */
  @Nullable List<Long> integersSince(int since, String attribute, int index)
      throws RefusalException {
    return operatorSet < since ? integers(attribute) : integers(index);
  }

  /** The whole numbers of an attribute; null where it is left out. */
  @Nullable List<Long> integers(String name) throws RefusalException {
    AttributeProto found = attribute(name, AttributeType.INTS);
    return found == null ? null : List.copyOf(found.getIntsList());
  }

  /** The whole number of an attribute, or {@code otherwise}. */
  long integer(String name, long otherwise) throws RefusalException {
    AttributeProto found = attribute(name, AttributeType.INT);
    return found == null ? otherwise : found.getI();
  }

  /** The number of an attribute, or {@code otherwise}. */
  float number(String name, float otherwise) throws RefusalException {
    AttributeProto found = attribute(name, AttributeType.FLOAT);
    return found == null ? otherwise : found.getF();
  }

  /** The word of an attribute, or {@code otherwise}. */
  String word(String name, String otherwise) throws RefusalException {
    AttributeProto found = attribute(name, AttributeType.STRING);
    return found == null ? otherwise : found.getS().toStringUtf8();
  }

  /** The tensor of an attribute; null where it is left out. */
  @Nullable TensorProto tensor(String name) throws RefusalException {
    AttributeProto found = attribute(name, AttributeType.TENSOR);
    return found == null ? null : found.getT();
  }

  /** The numbers of an attribute; null where it is left out. */
  @Nullable List<Float> numbers(String name) throws RefusalException {
    AttributeProto found = attribute(name, AttributeType.FLOATS);
    return found == null ? null : found.getFloatsList();
  }

  /** Whether it has an attribute. */
  boolean has(String name) {
    return attributes.containsKey(name);
  }

  private @Nullable AttributeProto attribute(String name, AttributeType type)
      throws RefusalException {
    asked.add(name);
    AttributeProto found = attributes.get(name);
    if (found != null && found.getType() != type) {
      throw new RefusalException(
          "the attribute %s must be of the type %s".formatted(name, type), found.getType());
    }
    return found;
  }

  /** Notes attributes that change no value. */
  void ignore(String... names) {
    asked.addAll(List.of(names));
  }

  /** Makes sure that a property has the only value that can be read. */
  static void require(String what, Object expected, Object found) throws RefusalException {
    if (!expected.equals(found)) {
      throw new RefusalException("the %s must be %s".formatted(what, expected), found);
    }
  }

  /** Refuses attributes that nobody asked for. */
  void requireAllAsked() throws RefusalException {
    for (String name : attributes.keySet().stream().sorted().toList()) {
      if (!asked.contains(name)) {
        throw new RefusalException("must have only known attributes", Quoted.text(name));
      }
    }
  }

  /** A value in words. */
  static String said(Value value) {
    if (value instanceof Feature feature) {
      return (feature.order().isFlat() ? "vectors of " : "images of ")
          + feature.row()
          + (feature.order() == Value.Order.CHANNELS_LAST ? ", channels last" : "");
    } else if (value instanceof Constant constant) {
      return (constant instanceof Floats ? "floats" : "whole numbers")
          + " of shape "
          + constant.dims();
    } else if (value instanceof Value.Pixels) {
      return "the input of the graph";
    }
    return value instanceof Value.Probabilities ? "probabilities" : "what cannot be read";
  }
}
