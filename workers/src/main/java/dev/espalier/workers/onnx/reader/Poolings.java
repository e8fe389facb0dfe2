package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onnx.reader.Value.Feature;
import dev.espalier.workers.onnx.reader.Value.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Poolings, means over the image, and zeros around it. */
final class Poolings {
  private static final int MOST_PIXELS = 1 << 16;

  private Poolings() {}

  /** {@code MaxPool}. */
  static Value max(Node node, TableDraft table) throws RefusalException {
    Feature from = table.image(node, 0);
    node.ignore("storage_order"); // of the indices, which nobody reads
    Window window = Window.of(node, table.shape(from), null);
    String name = table.names().next(node, "");
    return pool(name, from.row(), Pool.Function.MAX, window, window.padding(), table);
  }

  /** {@code AveragePool}. */
  static Value average(Node node, TableDraft table) throws RefusalException {
    Feature from = table.image(node, 0);
    Shape shape = table.shape(from);
    boolean countsPadding = node.integer("count_include_pad", 0) != 0;
    if (isWhole(node, shape)) {
      return globalAverage(node, table);
    }
    Window window = Window.of(node, shape, null);
    String name = table.names().next(node, "");
    Padding declared = window.declared();
    if (!countsPadding || declared.equals(Padding.NONE)) {
      return pool(name, from.row(), Pool.Function.AVERAGE, window, window.padding(), table);
    }
    String pad = table.names().unique(name + ".pad");
    table.add(new Layer.Pad(pad, from.row(), declared), Map.of());
    return pool(name, pad, Pool.Function.AVERAGE, window, window.beyond(), table);
  }

  /** Whether the square is the image. */
  private static boolean isWhole(Node node, Shape shape) throws RefusalException {
    List<Long> pads = node.integers("pads");
    List<Long> whole = List.of((long) shape.height(), (long) shape.width());
    boolean padded = pads != null && pads.stream().anyMatch(pad -> pad != 0);
    boolean is = whole.equals(node.integers("kernel_shape")) && !padded;
    if (is) {
      node.ignore("strides", "auto_pad", "ceil_mode", "dilations");
    }
    return is;
  }

  private static Value pool(
      String name,
      String input,
      Pool.Function function,
      Window window,
      Padding padding,
      TableDraft table)
      throws RefusalException {
    try {
      table.add(new Pool(name, input, function, window.size(), window.stride(), padding), Map.of());
    } catch (IllegalArgumentException e) {
      throw new RefusalException("must be a pooling", e.getMessage());
    }
    return new Feature(name, Order.CHANNELS_FIRST);
  }

  /** {@code GlobalAveragePool}. */
  static Value globalAverage(Node node, TableDraft table) throws RefusalException {
    return mean(node, table.channelsFirst(node, 0), Order.CHANNELS_FIRST, table);
  }

  /** {@code ReduceMean} over height and width. */
  static Value reduceMean(Node node, TableDraft table) throws RefusalException {
    Feature from = table.feature(node, 0);
    List<Long> axes = node.integersSince(18, "axes", 1);
    node.ignore("noop_with_empty_axes");
    Order order = from.order();
    List<Long> expected = List.of((long) order.heightAxis(), order.heightAxis() + 1L);
    List<Long> found =
        axes == null ? List.of() : axes.stream().map(axis -> axis < 0 ? axis + 4 : axis).toList();
    if (order.isFlat() || !found.stream().sorted().toList().equals(expected)) {
      throw new RefusalException(
          "must be over height and width, axes " + expected + ", of images",
          "axes %s of %s".formatted(axes, Node.said(from)));
    }
    boolean keeps = node.integer("keepdims", 1) != 0;
    return mean(node, from, keeps ? order : order.flat(), table);
  }

  private static Value mean(Node node, Feature from, Order order, TableDraft table)
      throws RefusalException {
    if (table.isVector(from.row())) {
      return new Feature(from.row(), order);
    }
    String name = table.names().next(node, "");
    table.add(new Layer.GlobalAveragePool(name, from.row()), Map.of());
    return new Feature(name, order);
  }

  /** {@code Pad} with zeros. */
  static Value pad(Node node, TableDraft table) throws RefusalException {
    Feature from = table.feature(node, 0);
    if (from.order().isFlat() || table.isVector(from.row())) {
      throw new RefusalException("must read images", Node.said(from));
    }
    if (!node.word("mode", "constant").equals("constant")) {
      throw new RefusalException("the mode must be constant", node.word("mode", ""));
    }
    Node.require("constant", 0f, constant(node));
    List<Long> each = pads(node, node.integersSince(11, "pads", 1));
    int height = from.order().heightAxis();
    for (int axis = 0; axis < 4; axis++) {
      boolean spatial = axis == height || axis == height + 1;
      for (long pad : List.of(each.get(axis), each.get(axis + 4))) {
        if (pad < 0 || pad > (spatial ? MOST_PIXELS : 0)) {
          throw new RefusalException(
              "the pads must be in [0, %d] for height and width, and 0 else".formatted(MOST_PIXELS),
              each);
        }
      }
    }
    if (each.stream().allMatch(pad -> pad == 0)) {
      return from;
    }
    String name = table.names().next(node, "");
    Padding padding =
        new Padding(
            each.get(height).intValue(),
            each.get(height + 4).intValue(),
            each.get(height + 1).intValue(),
            each.get(height + 5).intValue());
    table.add(new Layer.Pad(name, from.row(), padding), Map.of());
    return new Feature(name, from.order());
  }

  private static float constant(Node node) throws RefusalException {
    if (node.operatorSet() < 11) {
      return node.number("value", 0);
    }
    return node.optional(2) == null || node.floats(2).values().length == 0
        ? 0
        : node.floats(2).values()[0];
  }

  /** For each of four axes what is put before, then the same behind. */
  private static List<Long> pads(Node node, @Nullable List<Long> pads) throws RefusalException {
    List<Long> axes = node.operatorSet() < 18 ? null : node.integers(3);
    List<Long> of = axes == null ? List.of(0L, 1L, 2L, 3L) : axes;
    if (pads == null || pads.size() != 2 * of.size()) {
      throw new RefusalException(
          "must have a number before and one behind for each of %d axes".formatted(of.size()),
          String.valueOf(pads));
    }
    List<Long> all = new ArrayList<>(List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    for (int i = 0; i < of.size(); i++) {
      long axis = of.get(i) < 0 ? of.get(i) + 4 : of.get(i);
      if (axis < 0 || axis > 3) {
        throw new RefusalException("the axes must be in [-4, 3]", of);
      }
      all.set((int) axis, pads.get(i));
      all.set((int) axis + 4, pads.get(i + of.size()));
    }
    return all;
  }
}
