package dev.espalier.workers.int8;

import dev.espalier.workers.quantize.QuantizedKernel;
import java.util.Arrays;

/**
 * The integers of a row's kernel and bias once the batch norm behind it went into the scales: each
 * channel's scale is multiplied by the magnitude of the norm's factor, and a negative factor
 * changes the signs of the channel's integers.
 *
 * <p>A scale is raised, and the integers of its channels are rounded again from the folded weights,
 * where it otherwise would be 0 or denormal, alone or times the input's scale, or a bias would
 * exceed 2^30 in magnitude. A channel whose factor is 0 so keeps its bias and has no other weights
 * than 0.
 */
final class IntegerKernel {
  private static final int BIAS_LIMIT = 1 << 30;

  private final byte[] weights;
  private final float[] scales;
  private final int[] bias;

  private IntegerKernel(byte[] weights, float[] scales, int[] bias) {
    this.weights = weights;
    this.scales = scales;
    this.bias = bias;
  }

  /**
   * With a scale for each channel.
   *
   * @param row its name, for errors
   * @param kernel before folding
   * @param factors by which a batch norm multiplies each channel, [out]
   * @param bias after folding, [out]
   * @param input the scale of what the row reads
   * @throws IllegalArgumentException if a scale or a bias is not finite
   */
  static IntegerKernel perChannel(
      String row, QuantizedKernel kernel, double[] factors, float[] bias, float input) {
    byte[] weights = kernel.integers().clone();
    float[] values = kernel.values();
    float[] scales = new float[bias.length];
    int each = weights.length / bias.length;
    for (int c = 0; c < bias.length; c++) {
      float own = kernel.scales().get(kernel.scales().size() == 1 ? 0 : c);
      float exact = (float) (own * Math.abs(factors[c]));
      float least = leastScale(bias[c], input);
      scales[c] = Math.max(exact, least);
      require(row + "[" + c + "]", scales[c], bias[c], input);
      for (int i = c * each; i < (c + 1) * each; i++) {
        if (exact < least) {
          weights[i] = QuantizedKernel.integer(values[i] * factors[c], scales[c]);
        } else if (factors[c] < 0) {
          weights[i] = (byte) -weights[i];
        }
      }
    }
    return new IntegerKernel(weights, scales, biases(bias, scales, input));
  }

  /**
   * With one scale for all channels, and no batch norm: a dense layer.
   *
   * @param row its name, for errors
   * @param kernel with a single scale
   * @param bias [out]
   * @param input the scale of what the row reads
   * @throws IllegalArgumentException if a bias is not finite
   */
  static IntegerKernel single(String row, QuantizedKernel kernel, float[] bias, float input) {
    float least = 0;
    for (int c = 0; c < bias.length; c++) {
      require(row + "[" + c + "]", 1, bias[c], input);
      least = Math.max(least, leastScale(bias[c], input));
    }
    float own = kernel.scales().get(0);
    float scale = Math.max(own, least);
    require(row, scale, 0, input);
    byte[] weights = kernel.integers();
    if (own < least) {
      float[] values = kernel.values();
      weights = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        weights[i] = QuantizedKernel.integer(values[i], scale);
      }
    }
    float[] scales = new float[bias.length];
    Arrays.fill(scales, scale);
    return new IntegerKernel(weights, scales, biases(bias, scales, input));
  }

  /** What multiplies each channel of its input by a number: weights of 127 or -127. */
  static IntegerKernel pointwise(String row, double[] factors, float[] bias, float input) {
    return perChannel(row, QuantizedKernel.ones(factors.length), factors, bias, input);
  }

  /** [out, ...] in the order of the kernel. Not a copy. */
  byte[] weights() {
    return weights;
  }

  /** One for each output channel; all equal for {@link #single}. Not a copy. */
  float[] scales() {
    return scales;
  }

  /** In units of input scale times weight scale, [out]. Not a copy. */
  int[] bias() {
    return bias;
  }

  /** The least scale that a channel may have, rounded up to a float. */
  private static float leastScale(float bias, float input) {
    double normal = Float.MIN_NORMAL / Math.min(input, 1.0);
    double least = Math.max(normal, Math.abs(bias) / ((double) input * BIAS_LIMIT));
    float rounded = (float) least;
    return rounded < least ? Math.nextUp(rounded) : rounded;
  }

  private static int[] biases(float[] bias, float[] scales, float input) {
    int[] integers = new int[bias.length];
    for (int c = 0; c < bias.length; c++) {
      long magnitude = Math.round(Math.abs(bias[c]) / ((double) input * scales[c]));
      integers[c] = (int) (bias[c] < 0 ? -magnitude : magnitude);
    }
    return integers;
  }

  private static void require(String place, float scale, float bias, float input) {
    if (!Float.isFinite(bias)) {
      throw new IllegalArgumentException(place + ": a bias must be finite, found " + bias);
    }
    if (!Float.isFinite(scale * input)) {
      throw new IllegalArgumentException(
          place + ": a scale must be finite, found " + scale + " times " + input);
    }
  }
}
