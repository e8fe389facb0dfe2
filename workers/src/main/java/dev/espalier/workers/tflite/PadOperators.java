package dev.espalier.workers.tflite;

import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Shape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts pixels around images, for operators whose own padding is another. */
final class PadOperators {
  private final GraphDraft draft;

  /** The sizes of padding that there are already. */
  private final Map<Padding, Integer> sizes = new HashMap<>();

  /** The tensors of which no value stands for less than 0. */
  private final Set<Integer> rectified = new HashSet<>();

  /** An image and what is to be put around it. */
  record Padded(int image, Padding padding) {}

  PadOperators(GraphDraft draft) {
    this.draft = draft;
  }

  /** Notes that no value of a tensor stands for less than 0. */
  void rectify(int tensor) {
    rectified.add(tensor);
  }

  boolean isRectified(int tensor) {
    return rectified.contains(tensor);
  }

  /** The image with zeros around it. */
  int zeros(Padded image, String name) {
    List<Integer> reads = List.of(image.image(), sizes(image.padding()));
    int result = draft.step(new Operator.Pad(), reads, tensor(image, name));
    if (isRectified(image.image())) {
      rectify(result);
    }
    return result;
  }

  /**
   * The image with what is no greater than any of its values around it: zeros where they are, since
   * more kernels know them.
   */
  int lowest(Padded image) {
    GraphTensor from = draft.tensor(image.image());
    String name = from.name() + "/padded";
    if (isRectified(image.image())) {
      return zeros(image, name);
    }
    byte[] data =
        from.type() == ElementType.INT8
            ? new byte[] {Byte.MIN_VALUE}
            : Parameters.bytes(Float.floatToIntBits(-Float.MAX_VALUE));
    int value = draft.constant("lowest", from.type(), List.of(1), from.quantization(), data);
    List<Integer> reads = List.of(image.image(), sizes(image.padding()), value);
    return draft.step(new Operator.PadWith(), reads, tensor(image, name));
  }

  private GraphTensor tensor(Padded image, String name) {
    GraphTensor from = draft.tensor(image.image());
    Shape shape = image.padding().around(draft.shape(image.image()));
    return GraphTensor.computed(
        name,
        from.type(),
        List.of(1, shape.height(), shape.width(), shape.channels()),
        from.quantization());
  }

  private int sizes(Padding padding) {
    Integer known = sizes.get(padding);
    if (known != null) {
      return known;
    }
    byte[] data =
        Parameters.bytes(
            0, 0, padding.top(), padding.bottom(), padding.left(), padding.right(), 0, 0);
    int constant = draft.constant("padding", ElementType.INT32, List.of(4, 2), null, data);
    sizes.put(padding, constant);
    return constant;
  }
}
