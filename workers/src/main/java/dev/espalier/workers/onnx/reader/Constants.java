package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.onnx.reader.Value.Constant;
import dev.espalier.workers.onnx.reader.Value.Floats;
import dev.espalier.workers.onnx.reader.Value.Integers;
import dev.espalier.workers.onnx.reader.Value.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import onnx.OnnxMl.TensorProto;

/** Nodes that compute with whole numbers, mostly sizes, which are known without an image. */
final class Constants {
  private Constants() {}

  /** {@code Constant}. */
  static Value constant(Node node, TensorReader tensors) throws RefusalException {
    TensorProto tensor = node.tensor("value");
    if (tensor != null) {
      return tensors.read(tensor);
    }
    List<Float> floats = node.numbers("value_floats");
    if (floats != null) {
      float[] values = new float[floats.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = floats.get(i);
      }
      return new Floats(List.of((long) values.length), values);
    }
    List<Long> integers = node.integers("value_ints");
    if (integers != null) {
      return Integers.list(integers);
    }
    if (node.has("value_int")) {
      return new Integers(List.of(), new long[] {node.integer("value_int", 0)});
    }
    if (!node.has("value_float")) {
      throw new RefusalException("must have a value of numbers", "none");
    }
    return new Floats(List.of(), new float[] {node.number("value_float", 0)});
  }

  /** {@code Shape}. */
  static Value shape(Node node, TableDraft table) throws RefusalException {
    Value value = node.input(0);
    List<Long> dims;
    if (value instanceof Constant constant) {
      dims = constant.dims();
    } else if (value instanceof Pixels pixels) {
      dims = table.dims(pixels);
    } else {
      dims = table.dims(table.feature(node, 0));
    }
    int start = place(node.integer("start", 0), dims.size());
    int end = place(node.integer("end", dims.size()), dims.size());
    return Integers.list(dims.subList(start, Math.max(start, end)));
  }

  /** Within a list, counted from its end where negative. */
  private static int place(long index, int size) {
    return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
  }

  /** {@code Gather} of a list. */
  static Value gather(Node node, TableDraft table) throws RefusalException {
    List<Long> from = list(node, 0);
    Node.require("axis", 0L, node.integer("axis", 0));
    if (!(node.input(1) instanceof Integers indices)) {
      throw new RefusalException("the indices must be constant", Node.said(node.input(1)));
    }
    long[] found = new long[indices.values().length];
    for (int i = 0; i < found.length; i++) {
      long index = indices.values()[i];
      long place = index < 0 ? index + from.size() : index;
      if (place < 0 || place >= from.size()) {
        throw new RefusalException("the indices must be below " + from.size(), index);
      }
      found[i] = from.get((int) place);
    }
    return new Integers(indices.dims(), found);
  }

  /** {@code Concat} of lists. */
  static Value concat(Node node, TableDraft table) throws RefusalException {
    long axis = node.integer("axis", 0);
    Node.require("axis", 0L, axis == -1 ? 0 : axis);
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      all.addAll(list(node, i));
    }
    return Integers.list(all);
  }

  /** {@code Slice} of a list. */
  static Value slice(Node node, TableDraft table) throws RefusalException {
    List<Long> from = list(node, 0);
    List<Long> starts = bounds(node, "starts", 1);
    List<Long> ends = bounds(node, "ends", 2);
    List<Long> axes = node.integersSince(10, "axes", 3);
    List<Long> steps = node.operatorSet() < 10 ? null : node.integers(4);
    Node.require(
        "axes", List.of(0L), axes == null || axes.equals(List.of(-1L)) ? List.of(0L) : axes);
    Node.require("steps", List.of(1L), steps == null ? List.of(1L) : steps);
    int start = place(starts.get(0), from.size());
    int end = place(ends.get(0), from.size());
    return Integers.list(from.subList(start, Math.max(start, end)));
  }

  private static List<Long> bounds(Node node, String name, int index) throws RefusalException {
    List<Long> bounds =
        Objects.requireNonNullElse(node.integersSince(10, name, index), List.<Long>of());
    Node.require("number of " + name, 1, bounds.size());
    return bounds;
  }

  private static List<Long> list(Node node, int index) throws RefusalException {
    if (node.input(index) instanceof Integers integers && integers.dims().size() == 1) {
      return Objects.requireNonNull(node.integers(index));
    }
    throw new RefusalException(
        "input %d must be a list of whole numbers that are known".formatted(index + 1),
        Node.said(node.input(index)));
  }
}
