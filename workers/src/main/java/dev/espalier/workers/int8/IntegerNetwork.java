package dev.espalier.workers.int8;

import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.quantize.Affine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network of 8-bit integers, from pixels to probabilities. Its first operation normalizes the
 * pixels of each channel; its last two are a dense layer, whose values are the logits, and the
 * softmax.
 *
 * @param image the shape of the images that it reads
 * @param ops in an order in which they can be computed
 */
public record IntegerNetwork(Shape image, List<IntegerOp> ops) {
  /**
   * The name by which operations read the image: unsigned bytes less 128. No row of a table has it.
   */
  public static final String PIXELS = Network.INPUT;

  /** What the integers of an image stand for: values of pixels, in [0, 255]. */
  public static final Affine PIXEL = new Affine(1, -128);

  public IntegerNetwork {
    ops = List.copyOf(ops);
    Map<String, IntegerOp> known = new HashMap<>();
    for (IntegerOp op : ops) {
      for (String input : op.inputs()) {
        if (!input.equals(PIXELS) && !known.containsKey(input)) {
          throw new IllegalArgumentException(
              op.name() + ": must read an earlier operation, found " + input);
        }
      }
      if (known.put(op.name(), op) != null) {
        throw new IllegalArgumentException("two operations are named " + op.name());
      }
    }
    if (ops.isEmpty() || !(ops.get(ops.size() - 1) instanceof IntegerOp.Softmax)) {
      throw new IllegalArgumentException("an integer network must end in a softmax");
    }
  }

  /** The integers of pixels, which are unsigned bytes: their values less 128; a new array. */
  public static byte[] integers(byte[] pixels) {
    byte[] integers = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      integers[i] = (byte) ((pixels[i] & 0xFF) + PIXEL.zeroPoint());
    }
    return integers;
  }

  /** The operation whose values are the logits. */
  public IntegerOp logits() {
    String name = ops.get(ops.size() - 1).inputs().get(0);
    return ops.stream().filter(op -> op.name().equals(name)).findFirst().orElseThrow();
  }

  /** How many labels it tells apart. */
  public int classes() {
    return ops.get(ops.size() - 1).shape().size();
  }

  /**
   * Makes sure that there are pixels of so many images.
   *
   * @throws IllegalArgumentException if there are not, or {@code count} is below 1
   */
  public void requireImages(byte[] pixels, int count) {
    if (count < 1 || pixels.length != (long) count * image.size()) {
      throw new IllegalArgumentException(
          "%d images of %s have %d values, found %d"
              .formatted(count, image, (long) count * image.size(), pixels.length));
    }
  }
}
