package dev.espalier.workers.model;

import dev.espalier.workers.model.Tensor.Kind;
import java.util.List;

/**
 * A parameter of a network without its values: what a {@link Tensor} says of itself.
 *
 * @param name of the layer, a slash, and of the parameter in it: {@code stem.conv/W}
 * @param shape [out, in, height, width], [out, in] or [channels]
 * @param positions how often each value is used for one image; 0 for vectors
 * @param trainable false for the running mean and variance of batch norm
 */
public record Parameter(
    String name, Kind kind, List<Integer> shape, long positions, boolean trainable) {
  public Parameter {
    shape = List.copyOf(shape);
    if (name.lastIndexOf('/') < 1 || name.endsWith("/")) {
      throw new IllegalArgumentException(
          "a parameter must be named layer/parameter, found " + name);
    }
  }

  /** A trainable kernel. */
  public static Parameter kernel(String name, Kind kind, List<Integer> shape, long positions) {
    return new Parameter(name, kind, shape, positions, true);
  }

  /** A vector of {@code size} values, which is never pruned. */
  public static Parameter vector(String name, int size, boolean trainable) {
    return new Parameter(name, Kind.VECTOR, List.of(size), 0, trainable);
  }

  /** The name of the layer: what stands before the last slash. */
  public String layer() {
    return name.substring(0, name.lastIndexOf('/'));
  }

  /** The name of the parameter in its layer: what stands after the last slash. */
  public String key() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** How many values it has. */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** This parameter with its values, which are not copied. */
  public Tensor with(float[] values) {
    return new Tensor(name, kind, shape, positions, trainable, values);
  }
}
