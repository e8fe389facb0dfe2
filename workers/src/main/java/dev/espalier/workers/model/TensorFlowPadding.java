package dev.espalier.workers.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The paddings that TensorFlow's operations know: VALID, which is none, and SAME. Zeros of another
 * padding can be put around an image beforehand, for the mean of squares they cannot.
 */
public final class TensorFlowPadding {
  private TensorFlowPadding() {}

  /**
   * Whether squares lie on the same pixels as with SAME.
   *
   * @param size of the squares
   */
  public static boolean isSame(Padding padding, Shape image, int size, int stride) {
    return isAlike(padding, Padding.same(image, size, stride), image, size, stride);
  }

  /** Whether squares lie on the same pixels as without padding. */
  public static boolean isValid(Padding padding, Shape image, int size, int stride) {
    return isAlike(padding, Padding.NONE, image, size, stride);
  }

  /** What lies behind the last square makes no difference. */
  private static boolean isAlike(
      Padding padding, Padding other, Shape image, int size, int stride) {
    Shape padded = padding.around(image);
    Shape likewise = other.around(image);
    return padding.top() == other.top()
        && padding.left() == other.left()
        && steps(padded.height(), size, stride) == steps(likewise.height(), size, stride)
        && steps(padded.width(), size, stride) == steps(likewise.width(), size, stride);
  }

  /**
   * Makes sure that TensorFlow Lite can compute a network.
   *
   * @throws IllegalArgumentException that names all rows for which it cannot
   */
  public static void require(Network network) {
    List<String> problems = problems(network);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  /** The rows that TensorFlow Lite cannot compute, each with the rule and what was found. */
  public static List<String> problems(Network network) {
    Map<String, Shape> shapes = network.shapes();
    List<String> problems = new ArrayList<>();
    for (Layer row : network.layers()) {
      if (row instanceof Pool pool && pool.function() == Pool.Function.AVERAGE) {
        Shape image = Objects.requireNonNull(shapes.get(pool.input()), pool.input());
        if (!isValid(pool.padding(), image, pool.size(), pool.stride())
            && !isSame(pool.padding(), image, pool.size(), pool.stride())) {
          Padding same = Padding.same(image, pool.size(), pool.stride());
          problems.add(
              "%s: an average pool for TensorFlow Lite must have no padding or %s, found %s"
                  .formatted(pool.name(), same, pool.padding()));
        }
      }
    }
    return problems;
  }

  private static int steps(int pixels, int size, int stride) {
    return Math.floorDiv(pixels - size, stride);
  }
}
