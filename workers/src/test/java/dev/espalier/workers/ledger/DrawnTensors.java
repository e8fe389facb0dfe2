package dev.espalier.workers.ledger;

import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Tensors of drawn values. */
final class DrawnTensors {
  private DrawnTensors() {}

  /**
   * A kernel whose values are drawn independently.
   *
   * @param sparsity how probable +0.0 is
   * @param different how many other values there are, all equally probable; 0 for any
   */
  static Tensor kernel(Draw draw, Kind kind, List<Integer> shape, double sparsity, int different) {
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      if (draw.between(0.0, 1.0) >= sparsity) {
        values[i] =
            different == 0
                ? (float) draw.between(0.1, 1.0)
                : (float) (0.01 * (1 + draw.below(different)));
      }
    }
    return new Tensor("a/W", kind, shape, 1, true, values);
  }

  /** Integers, each 0 with the probability {@code sparsity} and else any other. */
  static byte[] integers(Draw draw, int size, double sparsity) {
    byte[] integers = new byte[size];
    for (int i = 0; i < size; i++) {
      if (draw.between(0.0, 1.0) >= sparsity) {
        integers[i] = (byte) (draw.coin() ? draw.between(1, 127) : draw.between(-127, -1));
      }
    }
    return integers;
  }

  /** Tensors of all kinds: random, sparse, clustered, constant, empty and with unusual values. */
  static List<Tensor> various(Draw draw) {
    List<Tensor> tensors = new ArrayList<>();
    double[] sparsities = {0, 0.3, 0.9, 0.999, 1};
    int[] different = {0, 1, 3, 16, 300};
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < 12; i++) {
        List<Integer> shape =
            kind == Kind.VECTOR
                ? List.of(draw.between(0, 50))
                : List.of(draw.between(0, 9), draw.between(0, 40), 3, draw.between(1, 3));
        double sparsity = sparsities[draw.below(sparsities.length)];
        Tensor tensor = kernel(draw, kind, shape, sparsity, different[draw.below(5)]);
        tensors.add(i % 4 == 0 ? unusual(draw, tensor) : tensor);
      }
    }
    Collections.addAll(
        tensors,
        new Tensor("a/W", Kind.DENSE, List.of(2, 1), 1, true, new float[] {0, -0.0f}),
        kernel(draw, Kind.DENSE, List.of(1, 1), 0, 0),
        kernel(draw, Kind.DENSE, List.of(3, 70_000), 0.99, 0),
        kernel(draw, Kind.DENSE, List.of(2, 65_536), 0.9, 5));
    return tensors;
  }

  /** Some values replaced by a negative zero, infinities, denormals and NaN of some payloads. */
  private static Tensor unusual(Draw draw, Tensor tensor) {
    int[] bits = {0x80000000, 0x7fc01234, 0xffc00001, 1, 0x80000001, 0x7f800000, 0xff800000};
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (draw.below(3) == 0) {
        values[i] = Float.intBitsToFloat(bits[draw.below(bits.length)]);
      }
    }
    return tensor.with(values);
  }

  static Parameter parameter(Tensor tensor) {
    return new Parameter(
        tensor.name(), tensor.kind(), tensor.shape(), tensor.positions(), tensor.trainable());
  }

  static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
