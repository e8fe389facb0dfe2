package dev.espalier.workers.model;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The values of one parameter of a network, in canonical order: kernels are [out, in, height,
 * width] or [out, in], vectors are [channels]. Ties are broken, and files are written, in this
 * order.
 *
 * <p>The values are not copied: who holds a tensor holds its array.
 */
public final class Tensor {
  /** What a parameter is, which decides whether it may be pruned and clustered. */
  public enum Kind {
    CONVOLUTION,
    DEPTHWISE,
    DENSE,
    /** Biases, batch-norm scale, shift, mean and variance: never pruned, never clustered. */
    VECTOR;

    /** Whether this is a kernel, of whatever kind. */
    public boolean isKernel() {
      return this != VECTOR;
    }

    /** The word in layer tables. */
    public String word() {
      return switch (this) {
        case CONVOLUTION -> "conv";
        case DEPTHWISE -> "depthwise";
        case DENSE -> "dense";
        case VECTOR -> "vector";
      };
    }
  }

  private final String name;
  private final Kind kind;
  private final List<Integer> shape;
  private final long positions;
  private final boolean trainable;
  private final float[] values;

  /**
   * @param name of the layer, a slash, and of the parameter in it: {@code stem/W}
   * @param positions how often each value is used for one image, so that MACs are values times
   *     positions; 0 for vectors
   * @param trainable false for the running mean and variance of batch norm
   * @param values as many as the shape says
   */
  public Tensor(
      String name,
      Kind kind,
      List<Integer> shape,
      long positions,
      boolean trainable,
      float[] values) {
    this.name = name;
    this.kind = kind;
    this.shape = List.copyOf(shape);
    this.positions = positions;
    this.trainable = trainable;
    this.values = values;
    long size = this.shape.stream().mapToLong(Integer::longValue).reduce(1L, Math::multiplyExact);
    if (size != values.length) {
      throw new IllegalArgumentException(
          name
              + ": a tensor of shape "
              + shape
              + " has "
              + size
              + " values, found "
              + values.length);
    }
  }

  public String name() {
    return name;
  }

  /** The name of the layer: what stands before the last slash. */
  public String layer() {
    return name.substring(0, name.lastIndexOf('/'));
  }

  /** The name of the parameter in its layer: what stands after the last slash. */
  public String key() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  public Kind kind() {
    return kind;
  }

  public List<Integer> shape() {
    return shape;
  }

  public long positions() {
    return positions;
  }

  public boolean trainable() {
    return trainable;
  }

  public float[] values() {
    return values;
  }

  /** The index of the first value that is NaN or infinite; -1 where all are finite. */
  public int firstNonFinite() {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /** The names of {@code tensors}. */
  public static Set<String> names(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::name).collect(Collectors.toUnmodifiableSet());
  }

  /** The same parameter with other values. */
  public Tensor with(float[] replacement) {
    return new Tensor(name, kind, shape, positions, trainable, replacement);
  }
}
