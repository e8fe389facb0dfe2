package dev.espalier.workers.tflite;

import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Networks of integers as pruning and clustering leave them. */
final class Squeezed {
  private final SplittableRandom random;
  private final double sparsity;
  private final int values;

  private Squeezed(double sparsity, int values, long seed) {
    random = new SplittableRandom(seed);
    this.sparsity = sparsity;
    this.values = values;
  }

  /**
   * The same network with other weights.
   *
   * @param sparsity the share of zeros
   * @param values the most different other weights of a kernel, 0 for any; half of the channels of
   *     convolutions have them with the other sign
   */
  static IntegerNetwork of(IntegerNetwork network, double sparsity, int values, long seed) {
    Squeezed squeezed = new Squeezed(sparsity, values, seed);
    List<IntegerOp> ops = new ArrayList<>();
    for (IntegerOp op : network.ops()) {
      ops.add(squeezed.op(op));
    }
    return new IntegerNetwork(network.image(), ops);
  }

  private IntegerOp op(IntegerOp op) {
    if (op instanceof IntegerOp.Convolution c) {
      return new IntegerOp.Convolution(
          c.name(),
          c.input(),
          c.depthwise(),
          c.kernel(),
          c.stride(),
          c.padding(),
          c.activation(),
          weights(c.weights(), c.bias().length),
          c.scales(),
          c.bias(),
          c.shape(),
          c.affine());
    } else if (op instanceof IntegerOp.Dense d) {
      return new IntegerOp.Dense(
          d.name(),
          d.input(),
          d.activation(),
          weights(d.weights(), 1),
          d.scale(),
          d.bias(),
          d.shape(),
          d.affine());
    }
    return op;
  }

  private byte[] weights(byte[] weights, int channels) {
    byte[] table = new byte[Math.max(values, 1)];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) random.nextInt(1, 128);
    }
    byte[] squeezed = new byte[weights.length];
    for (int i = 0; i < weights.length; i++) {
      int sign = i / (weights.length / channels) % 2 == 0 ? 1 : -1;
      int value = values > 0 ? sign * table[random.nextInt(values)] : weights[i];
      squeezed[i] = (byte) (random.nextDouble() < sparsity ? 0 : value);
    }
    return squeezed;
  }
}
