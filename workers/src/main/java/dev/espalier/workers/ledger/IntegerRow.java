package dev.espalier.workers.ledger;

import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel of 8-bit integers with what belongs to it.
 *
 * @param bias one for each output channel where the arithmetic is one of integers; else none; not
 *     copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and large
public record IntegerRow(QuantizedKernel kernel, int[] bias) {

  /** A kernel whose arithmetic is one of floats. */
  public static IntegerRow of(QuantizedKernel kernel) {
    return new IntegerRow(kernel, new int[0]);
  }

  /** Those of a network of integers, which has no other parameters. */
  public static List<IntegerRow> of(IntegerNetwork network) {
    List<IntegerRow> rows = new ArrayList<>();
    for (IntegerOp op : network.ops()) {
      if (op instanceof IntegerOp.Convolution convolution) {
        List<Float> scales = new ArrayList<>();
        for (float scale : convolution.scales()) {
          scales.add(scale);
        }
        rows.add(row(convolution.weights(), scales, convolution.bias()));
      } else if (op instanceof IntegerOp.Dense dense) {
        rows.add(row(dense.weights(), List.of(dense.scale()), dense.bias()));
      }
    }
    return rows;
  }

  private static IntegerRow row(byte[] weights, List<Float> scales, int[] bias) {
    return new IntegerRow(new QuantizedKernel(weights, scales), bias);
  }
}
