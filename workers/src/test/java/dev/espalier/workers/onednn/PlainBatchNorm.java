package dev.espalier.workers.onednn;

import dev.espalier.workers.model.Layer.Activation;

/**
 * Batch norm and its activation by their definition, forward and backward. Images are [pixels,
 * channels], everything else [channels].
 */
public final class PlainBatchNorm {
  final double[] mean;
  final double[] variance;
  final double[] output;
  final double[] gammaGradient;
  final double[] betaGradient;
  final double[] inputGradient;

  PlainBatchNorm(
      float[] x,
      float[] gamma,
      float[] beta,
      double epsilon,
      Activation activation,
      float[] outputGradient) {
    int channels = gamma.length;
    double pixels = (double) x.length / channels;
    mean = new double[channels];
    for (int i = 0; i < x.length; i++) {
      mean[i % channels] += x[i] / pixels;
    }
    variance = new double[channels];
    for (int i = 0; i < x.length; i++) {
      double centred = x[i] - mean[i % channels];
      variance[i % channels] += centred * centred / pixels;
    }
    double[] normalized = new double[x.length];
    double[] through = new double[x.length];
    output = new double[x.length];
    gammaGradient = new double[channels];
    betaGradient = new double[channels];
    for (int i = 0; i < x.length; i++) {
      int c = i % channels;
      normalized[i] = (x[i] - mean[c]) / Math.sqrt(variance[c] + epsilon);
      double shifted = gamma[c] * normalized[i] + beta[c];
      output[i] = activate(shifted, activation);
      // Where the activation bends, random values do not fall.
      through[i] = output[i] == shifted ? outputGradient[i] : 0;
      gammaGradient[c] += through[i] * normalized[i];
      betaGradient[c] += through[i];
    }
    inputGradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i % channels;
      double means = (betaGradient[c] + normalized[i] * gammaGradient[c]) / pixels;
      inputGradient[i] = gamma[c] / Math.sqrt(variance[c] + epsilon) * (through[i] - means);
    }
  }

  public static double activate(double value, Activation activation) {
    return switch (activation) {
      case IDENTITY -> value;
      case RELU -> Math.max(0, value);
      case RELU6 -> Math.min(6, Math.max(0, value));
    };
  }
}
