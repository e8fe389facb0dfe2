package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The square that a convolution or a pooling slides over images, by ONNX's rules.
 *
 * @param size of the square, in pixels
 * @param padding that the square reaches into
 * @param beyond the part of it that is not declared but follows from rounding up
 * @param height of what it gives, in pixels
 * @param width of what it gives, in pixels
 */
record Window(int size, int stride, Padding padding, Padding beyond, int height, int width) {
  private static final int MOST_PIXELS = 1 << 16;

  /**
   * One direction.
   *
   * @param beyond those pixels of {@code after} that are not declared
   */
  private record Side(int before, int after, int beyond, int steps) {}

  /**
   * The window of a node.
   *
   * @param kernel [height, width], where the node need not say it; null elsewhere
   */
  static Window of(Node node, Shape from, @Nullable List<Long> kernel) throws RefusalException {
    List<Long> shape = node.integers("kernel_shape");
    int size = square("kernel", shape == null && kernel != null ? kernel : orEmpty(shape));
    List<Long> strides = node.integers("strides");
    int stride = strides == null ? 1 : square("strides", strides);
    List<Long> dilations = node.integers("dilations");
    if (dilations != null && dilations.stream().anyMatch(dilation -> dilation != 1)) {
      throw new RefusalException("the dilations must be 1", dilations);
    }
    List<Long> pads = node.integers("pads");
    List<Long> around = pads == null ? List.of(0L, 0L, 0L, 0L) : pads;
    if (around.size() != 4 || around.stream().anyMatch(pad -> pad < 0 || pad > MOST_PIXELS)) {
      throw new RefusalException(
          "the pads must be 4 numbers in [0, %d]".formatted(MOST_PIXELS), around);
    }
    String mode = node.word("auto_pad", "NOTSET");
    boolean ceiling = !node.type().equals("Conv") && node.integer("ceil_mode", 0) != 0;
    int top = around.get(0).intValue();
    int left = around.get(1).intValue();
    Side rows = side(mode, ceiling, from.height(), size, stride, top, around.get(2).intValue());
    Side columns = side(mode, ceiling, from.width(), size, stride, left, around.get(3).intValue());
    return new Window(
        size,
        stride,
        new Padding(rows.before(), rows.after(), columns.before(), columns.after()),
        new Padding(0, rows.beyond(), 0, columns.beyond()),
        rows.steps(),
        columns.steps());
  }

  private static Side side(
      String mode, boolean ceiling, int pixels, int size, int stride, int before, int after)
      throws RefusalException {
    return switch (mode) {
      case "NOTSET" -> declared(ceiling, pixels, size, stride, before, after);
      case "VALID" -> declared(ceiling, pixels, size, stride, 0, 0);
      case "SAME_UPPER", "SAME_LOWER" -> {
        int steps = (pixels + stride - 1) / stride;
        int padded = Math.max(0, (steps - 1) * stride + size - pixels);
        int less = padded / 2;
        yield mode.equals("SAME_UPPER")
            ? new Side(less, padded - less, 0, steps)
            : new Side(padded - less, less, 0, steps);
      }
      default ->
          throw new RefusalException(
              "the auto_pad must be NOTSET, VALID, SAME_UPPER or SAME_LOWER", Quoted.text(mode));
    };
  }

  /**
   * With the padding behind that the last square reaches into: a ceiling adds to it, and a file may
   * declare more than there is use for. A square that would start behind the image is left out, as
   * PyTorch and ONNX Runtime do.
   */
  private static Side declared(
      boolean ceiling, int pixels, int size, int stride, int before, int after)
      throws RefusalException {
    int room = pixels + before + after - size;
    if (room < 0) {
      throw new RefusalException(
          "must have a kernel of at most " + (pixels + before + after) + " pixels", size);
    }
    int steps = (ceiling ? (room + stride - 1) / stride : room / stride) + 1;
    if (ceiling && (steps - 1) * stride >= pixels + before) {
      steps--;
    }
    int reached = Math.max(0, (steps - 1) * stride + size - pixels - before);
    return new Side(before, reached, Math.max(0, reached - after), steps);
  }

  /** The part of the padding that is declared. */
  Padding declared() {
    return new Padding(
        padding.top(),
        padding.bottom() - beyond.bottom(),
        padding.left(),
        padding.right() - beyond.right());
  }

  /** Padding of one size on each side that gives the same; null where there is none. */
  @Nullable Integer evenPadding(Shape from) {
    int even = padding.top();
    boolean same =
        even == padding.left()
            && (from.height() + 2 * even - size) / stride + 1 == height
            && (from.width() + 2 * even - size) / stride + 1 == width;
    return same && from.height() + 2 * even >= size && from.width() + 2 * even >= size
        ? even
        : null;
  }

  private static List<Long> orEmpty(@Nullable List<Long> shape) {
    return shape == null ? List.of() : shape;
  }

  private static int square(String what, List<Long> values) throws RefusalException {
    if (values.size() != 2
        || !values.get(0).equals(values.get(1))
        || values.get(0) < 1
        || values.get(0) > MOST_PIXELS) {
      throw new RefusalException(
          "the %s must be two equal numbers in [1, %d]".formatted(what, MOST_PIXELS), values);
    }
    return values.get(0).intValue();
  }
}
