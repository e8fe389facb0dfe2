package dev.espalier.workers.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Kernel and bias of a row and the batch norm behind it, as one kernel and bias: with its running
 * statistics a batch norm multiplies each channel by a number and adds another (arXiv 1712.05877,
 * section 3.2). In double precision, rounded once.
 */
public final class Folding {
  private final float[] kernel;
  private final float[] bias;
  private final double[] factors;

  private Folding(float[] kernel, float[] bias, double[] factors) {
    this.kernel = kernel;
    this.bias = bias;
    this.factors = factors;
  }

  /**
   * Folds the parameters of a row.
   *
   * @param fused a row with a kernel, or a batch norm by itself
   * @param out channels that it gives
   * @param parameters of the network, by name
   */
  public static Folding of(Fused fused, int out, Map<String, Tensor> parameters) {
    Layer row = fused.row();
    Tensor own = parameters.get(row.name() + "/b");
    float[] bias = own == null ? new float[out] : own.values().clone();
    if (row instanceof Layer.BatchNorm alone) {
      float[] ones = new float[out];
      Arrays.fill(ones, 1f);
      return folded(alone, ones, bias, parameters);
    }
    float[] kernel = values(parameters, row.name() + "/W");
    Layer.@Nullable BatchNorm norm = fused.norm();
    if (norm == null) {
      double[] ones = new double[out];
      Arrays.fill(ones, 1);
      return new Folding(kernel, bias, ones);
    }
    return folded(norm, kernel, bias, parameters);
  }

  /**
   * The values of the row's kernel, in its order; of a batch norm by itself, what each channel is
   * multiplied by. Not a copy.
   */
  public float[] kernel() {
    return kernel;
  }

  /** What is added to each channel, [out]. Not a copy. */
  public float[] bias() {
    return bias;
  }

  /** What the batch norm multiplies each channel by, [out]; 1 where there is none. Not a copy. */
  public double[] factors() {
    return factors;
  }

  private static Folding folded(
      Layer.BatchNorm norm, float[] kernel, float[] bias, Map<String, Tensor> parameters) {
    float[] gamma = values(parameters, norm.name() + "/gamma");
    float[] beta = values(parameters, norm.name() + "/beta");
    float[] mean = values(parameters, norm.name() + "/mean");
    float[] spread = values(parameters, norm.name() + (norm.logStd() ? "/log10stdev" : "/var"));
    float[] folded = new float[kernel.length];
    float[] shift = new float[bias.length];
    double[] factors = new double[bias.length];
    int each = kernel.length / bias.length;
    for (int c = 0; c < bias.length; c++) {
      double variance = norm.logStd() ? StrictMath.pow(10, 2.0 * spread[c]) : spread[c];
      factors[c] = gamma[c] / Math.sqrt(variance + norm.epsilon());
      shift[c] = (float) (beta[c] + ((double) bias[c] - mean[c]) * factors[c]);
      for (int i = c * each; i < (c + 1) * each; i++) {
        folded[i] = (float) (kernel[i] * factors[c]);
      }
    }
    return new Folding(folded, shift, factors);
  }

  private static float[] values(Map<String, Tensor> parameters, String name) {
    return Objects.requireNonNull(parameters.get(name), name).values();
  }
}
