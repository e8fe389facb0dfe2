package dev.espalier.workers.model;

import java.util.List;
import java.util.Locale;

/**
 * The greatest or the mean of each square of {@code size} pixels; padding counts for neither.
 *
 * @param padding smaller than {@code size} on each side
 */
public record Pool(
    String name, String input, Function function, int size, int stride, Padding padding)
    implements Layer.OneInput {

  /** What becomes of the pixels under a square. */
  public enum Function {
    MAX,
    AVERAGE;

    /** The word in canonical texts. */
    String word() {
      return name().toLowerCase(Locale.ROOT) + "-pool";
    }
  }

  public Pool {
    int most = Math.max(padding.top(), padding.bottom());
    most = Math.max(most, Math.max(padding.left(), padding.right()));
    if (most >= size) {
      throw new IllegalArgumentException(
          name + ": must have a padding below its size of " + size + ", found " + padding);
    }
  }

  /** The greatest of squares that do not overlap. */
  public static Pool max(String name, String input, int size) {
    return new Pool(name, input, Function.MAX, size, size, Padding.NONE);
  }

  /** Whether the squares touch without overlap and without padding. */
  public boolean isTiling() {
    return stride == size && padding.equals(Padding.NONE);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape from = inputs.get(0);
    return padding.around(from).strided(name, size, stride, 0, from.channels());
  }

  @Override
  public String canonical() {
    return function.word()
        + (" " + name + " < " + input + " size " + size)
        + (stride == size ? "" : " stride " + stride)
        + (padding.equals(Padding.NONE) ? "" : " " + padding);
  }
}
