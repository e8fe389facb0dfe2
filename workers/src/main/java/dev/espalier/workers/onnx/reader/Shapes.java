package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onnx.reader.Value.Constant;
import dev.espalier.workers.onnx.reader.Value.Feature;
import dev.espalier.workers.onnx.reader.Value.Floats;
import dev.espalier.workers.onnx.reader.Value.Integers;
import dev.espalier.workers.onnx.reader.Value.Order;
import dev.espalier.workers.onnx.reader.Value.Pixels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import onnx.OnnxMl.TensorProto.DataType;
import org.jspecify.annotations.Nullable;

/** Nodes that change how a value lies, or nothing at all. */
final class Shapes {
  private static final List<Long> TO_LAST = List.of(0L, 2L, 3L, 1L);
  private static final List<Long> TO_FIRST = List.of(0L, 3L, 1L, 2L);

  private Shapes() {}

  /** {@code Flatten} of all that comes behind the batch. */
  static Value flatten(Node node, TableDraft table) throws RefusalException {
    long axis = node.integer("axis", 1);
    Feature from = table.feature(node, 0);
    int axes = table.dims(from).size();
    Node.require("axis", 1L, axis < 0 ? axis + axes : axis);
    return new Feature(from.row(), from.order().flat());
  }

  /** {@code Reshape}. */
  static Value reshape(Node node, TableDraft table) throws RefusalException {
    List<Long> sizes = Objects.requireNonNullElse(node.integers(1), List.of());
    boolean copies = node.integer("allowzero", 0) == 0;
    if (node.input(0) instanceof Constant constant) {
      return reshaped(constant, resolved(sizes, constant.dims(), copies));
    }
    Feature from = table.feature(node, 0);
    List<Long> before = table.dims(from);
    List<Long> after = new ArrayList<>(sizes);
    boolean keepsBatch =
        !sizes.isEmpty()
            && (sizes.get(0).equals(before.get(0))
                || sizes.get(0) == -1
                || (sizes.get(0) == 0 && copies));
    if (!keepsBatch) {
      throw new RefusalException("must keep the images of a batch apart", said(sizes));
    }
    after.set(0, 1L);
    List<Long> one = new ArrayList<>(before);
    one.set(0, 1L);
    List<Long> resolved = resolved(after, one, copies);
    return lying(from, resolved.subList(1, resolved.size()), table);
  }

  /** With the sizes that are left open. */
  private static List<Long> resolved(List<Long> sizes, List<Long> before, boolean copies)
      throws RefusalException {
    List<Long> resolved = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      boolean copied = sizes.get(i) == 0 && copies && i < before.size();
      resolved.add(copied ? before.get(i) : sizes.get(i));
    }
    long values = before.stream().reduce(1L, (a, b) -> a * b);
    int open = resolved.indexOf(-1L);
    if (open >= 0) {
      resolved.set(open, 1L);
      long others = product(resolved);
      resolved.set(open, others > 0 ? values / others : -1);
    }
    if (product(resolved) != values) {
      throw new RefusalException(
          "must have as many values as before, which were " + said(before), said(sizes));
    }
    return resolved;
  }

  /** The product; -1 where a size is none or it is beyond all bounds. */
  private static long product(List<Long> sizes) {
    long product = 1;
    for (long size : sizes) {
      if (size < 0 || size > Integer.MAX_VALUE || product > Integer.MAX_VALUE) {
        return -1;
      }
      product *= size;
    }
    return product;
  }

  /** The same values with other axes behind the batch. */
  private static Value lying(Feature from, List<Long> sizes, TableDraft table)
      throws RefusalException {
    Shape shape = table.shape(from);
    for (Order order : Order.values()) {
      Feature candidate = new Feature(from.row(), order);
      List<Long> dims = table.dims(candidate);
      boolean sameValues =
          order.flat() == from.order().flat() || shape.pixels() == 1 || shape.channels() == 1;
      if (sameValues && dims.subList(1, dims.size()).equals(sizes)) {
        return candidate;
      }
    }
    throw new RefusalException(
        "must make vectors of images, or images of vectors of that kind",
        "%s to %s for each image".formatted(said(table.dims(from)), said(sizes)));
  }

  private static Constant reshaped(Constant constant, List<Long> dims) {
    return constant instanceof Floats floats
        ? new Floats(dims, floats.values())
        : new Integers(dims, ((Integers) constant).values());
  }

  /** {@code Squeeze}. */
  static Value squeeze(Node node, TableDraft table) throws RefusalException {
    List<Long> axes = node.integersSince(13, "axes", 1);
    List<Long> dims = dims(node, table);
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      boolean named =
          axes == null
              ? dims.get(i) == 1
              : axes.contains((long) i) || axes.contains((long) i - dims.size());
      if (named && dims.get(i) != 1) {
        throw new RefusalException("must drop axes of size 1", said(dims));
      }
      if (!named) {
        left.add(dims.get(i));
      }
    }
    return withAxes(node, left, table);
  }

  /** {@code Unsqueeze}. */
  static Value unsqueeze(Node node, TableDraft table) throws RefusalException {
    List<Long> axes = Objects.requireNonNullElse(node.integersSince(13, "axes", 1), List.of());
    List<Long> dims = new ArrayList<>(dims(node, table));
    int more = dims.size() + axes.size();
    List<Long> places = axes.stream().map(axis -> axis < 0 ? axis + more : axis).sorted().toList();
    for (long place : places) {
      if (place < 0 || place > dims.size()) {
        throw new RefusalException("the axes must be in [%d, %d)".formatted(-more, more), axes);
      }
      dims.add((int) place, 1L);
    }
    return withAxes(node, dims, table);
  }

  private static List<Long> dims(Node node, TableDraft table) throws RefusalException {
    return node.input(0) instanceof Constant constant
        ? constant.dims()
        : table.dims(table.feature(node, 0));
  }

  private static Value withAxes(Node node, List<Long> dims, TableDraft table)
      throws RefusalException {
    if (node.input(0) instanceof Constant constant) {
      return reshaped(constant, dims);
    }
    Feature from = table.feature(node, 0);
    if (dims.isEmpty() || !dims.get(0).equals(table.batch())) {
      throw new RefusalException("must keep the images of a batch apart", said(dims));
    }
    return lying(from, dims.subList(1, dims.size()), table);
  }

  /** {@code Transpose} between the two orders of images, or of a constant. */
  static Value transpose(Node node, TableDraft table) throws RefusalException {
    @Nullable List<Long> given = node.integers("perm");
    Value value = node.input(0);
    if (value instanceof Floats floats) {
      return transposed(floats, order(given, floats.dims().size()));
    }
    if (value instanceof Pixels pixels) {
      return pixels.lying(transposed(pixels.order(), given));
    }
    Feature from = table.feature(node, 0);
    return new Feature(from.row(), transposed(from.order(), given));
  }

  private static Order transposed(Order before, @Nullable List<Long> given)
      throws RefusalException {
    List<Long> order = order(given, before.isFlat() ? 2 : 4);
    if (order.equals(LongStream.range(0, order.size()).boxed().toList())) {
      return before;
    } else if (before == Order.CHANNELS_FIRST && order.equals(TO_LAST)) {
      return Order.CHANNELS_LAST;
    } else if (before == Order.CHANNELS_LAST && order.equals(TO_FIRST)) {
      return Order.CHANNELS_FIRST;
    }
    throw new RefusalException(
        "the perm must be %s of images with channels first, or %s with channels last"
            .formatted(TO_LAST, TO_FIRST),
        order);
  }

  private static List<Long> order(@Nullable List<Long> perm, int axes) throws RefusalException {
    List<Long> natural = LongStream.range(0, axes).boxed().toList();
    if (perm == null) {
      List<Long> reversed = new ArrayList<>(natural);
      Collections.reverse(reversed);
      return reversed;
    }
    if (!perm.stream().sorted().toList().equals(natural)) {
      throw new RefusalException("the perm must name each of %d axes once".formatted(axes), perm);
    }
    return perm;
  }

  private static Floats transposed(Floats floats, List<Long> order) {
    int axes = order.size();
    List<Long> dims = order.stream().map(axis -> floats.dims().get(axis.intValue())).toList();
    float[] values = new float[floats.values().length];
    long[] steps = new long[axes];
    long step = 1;
    for (int axis = axes - 1; axis >= 0; axis--) {
      steps[axis] = step;
      step *= floats.dims().get(axis);
    }
    for (int i = 0; i < values.length; i++) {
      long rest = i;
      long from = 0;
      for (int axis = axes - 1; axis >= 0; axis--) {
        from += rest % dims.get(axis) * steps[order.get(axis).intValue()];
        rest /= dims.get(axis);
      }
      values[i] = floats.values()[(int) from];
    }
    return new Floats(dims, values);
  }

  /** {@code Identity}. */
  static Value same(Node node, TableDraft table) throws RefusalException {
    return node.input(0);
  }

  /** {@code Dropout}, which does nothing but in training. */
  static Value dropout(Node node, TableDraft table) throws RefusalException {
    node.ignore("ratio", "seed");
    List<Long> training = node.operatorSet() < 12 ? null : node.integers(2);
    if (training != null && !training.equals(List.of(0L))) {
      throw new RefusalException("the training_mode must be false", training);
    }
    return node.input(0);
  }

  /** {@code Cast} of bytes or floats to floats, and of constants. */
  static Value cast(Node node, TableDraft table) throws RefusalException {
    DataType to = DataType.forNumber((int) node.integer("to", 0));
    node.ignore("saturate"); // of 8-bit floats
    Value value = node.input(0);
    boolean whole = to == DataType.INT64 || to == DataType.INT32;
    if (whole && value instanceof Integers) {
      return value;
    }
    Node.require("type", DataType.FLOAT, String.valueOf(to).equals("null") ? "none" : to);
    if (value instanceof Pixels pixels) {
      return new Pixels(pixels.order(), false, pixels.scale(), pixels.shift());
    } else if (value instanceof Integers integers) {
      float[] floats = new float[integers.values().length];
      for (int i = 0; i < floats.length; i++) {
        if (integers.values()[i] == Value.BATCH) {
          throw new RefusalException("must not depend on the number of images", "it");
        }
        floats[i] = integers.values()[i];
      }
      return new Floats(integers.dims(), floats);
    }
    return value;
  }

  /** Sizes in words. */
  static String said(List<Long> sizes) {
    return sizes.stream()
        .map(size -> size == Value.BATCH ? "batch" : size.toString())
        .toList()
        .toString();
  }
}
