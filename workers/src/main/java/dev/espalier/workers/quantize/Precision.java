package dev.espalier.workers.quantize;

import java.util.List;
import java.util.Map;

/**
 * The precision of a network whose numbers are not all 32-bit floats. The parameters of a state
 * hold the same numbers as floats: each value of an 8-bit kernel is an integer in [-127, 127] times
 * the scale of its output channel.
 */
public sealed interface Precision {

  /** Every parameter is a 16-bit float (IEEE 754 binary16). */
  record Float16() implements Precision {}

  /**
   * Kernels are 8-bit integers; all arithmetic is in 32-bit floats.
   *
   * @param scales by kernel: one for each output channel, or a single one for the tensor
   */
  record Int8Weights(Map<String, List<Float>> scales) implements Precision {
    public Int8Weights {
      scales = Map.copyOf(scales);
    }
  }

  /**
   * Kernels and activations are 8-bit integers, and so is the arithmetic.
   *
   * @param scales by kernel: one for each output channel, or a single one for the tensor
   * @param activations by the row of the table that computes them; the output row means its logits
   */
  record Int8(Map<String, List<Float>> scales, Map<String, Affine> activations)
      implements Precision {
    public Int8 {
      scales = Map.copyOf(scales);
      activations = Map.copyOf(activations);
    }
  }

  /** The scales of kernels that are 8-bit integers, by the name of the kernel. */
  default Map<String, List<Float>> kernelScales() {
    if (this instanceof Int8 all) {
      return all.scales();
    }
    return this instanceof Int8Weights weights ? weights.scales() : Map.of();
  }
}
