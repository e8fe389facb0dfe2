package dev.espalier.workers.engine;

/**
 * A dense layer, softmax and the cross-entropy, with their gradients, in 32-bit floats;
 * exponentials and logarithms in 64 bits, the same on every processor. Kernels are [classes,
 * inputs], all else is [images, values].
 */
final class CrossEntropy {
  private CrossEntropy() {}

  /** What softmax turns into probabilities. */
  static float[] logits(float[] inputs, float[] kernel, float[] bias) {
    int classes = bias.length;
    int length = kernel.length / classes;
    float[] logits = new float[inputs.length / length * classes];
    for (int i = 0; i < logits.length; i++) {
      int input = i / classes * length;
      int weight = i % classes * length;
      logits[i] = bias[i % classes] + dot(inputs, input, kernel, weight, length);
    }
    return logits;
  }

  /** Four sums side by side do not wait for each other. */
  private static float dot(float[] left, int leftAt, float[] right, int rightAt, int length) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      sum0 += left[leftAt + i] * right[rightAt + i];
      sum1 += left[leftAt + i + 1] * right[rightAt + i + 1];
      sum2 += left[leftAt + i + 2] * right[rightAt + i + 2];
      sum3 += left[leftAt + i + 3] * right[rightAt + i + 3];
    }
    for (; i < length; i++) {
      sum0 += left[leftAt + i] * right[rightAt + i];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  /**
   * Turns logits into the gradients of the loss with respect to them: probabilities less targets.
   *
   * @param targets their sum for each image is 1
   * @return the loss, summed over the images
   */
  static double differentiate(float[] logits, float[] targets, int classes) {
    double loss = 0;
    double[] exponentials = new double[classes];
    for (int at = 0; at < logits.length; at += classes) {
      float greatest = logits[at];
      for (int c = 1; c < classes; c++) {
        greatest = Math.max(greatest, logits[at + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        exponentials[c] = StrictMath.exp((double) logits[at + c] - greatest);
        sum += exponentials[c];
      }
      double logarithm = StrictMath.log(sum);
      for (int c = 0; c < classes; c++) {
        float target = targets[at + c];
        if (target != 0) {
          loss += target * (logarithm - ((double) logits[at + c] - greatest));
        }
        logits[at + c] = (float) (exponentials[c] / sum - target);
      }
    }
    return loss;
  }

  /**
   * With respect to what {@link #logits} reads.
   *
   * @param delta the gradients with respect to the logits
   */
  static float[] inputGradient(float[] delta, float[] kernel, int classes) {
    int length = kernel.length / classes;
    float[] gradient = new float[delta.length / classes * length];
    for (int i = 0; i < delta.length; i++) {
      add(delta[i], kernel, i % classes * length, gradient, i / classes * length, length);
    }
    return gradient;
  }

  /** With respect to the kernel, summed over the images. */
  static float[] kernelGradient(float[] delta, float[] inputs, int classes) {
    int length = inputs.length / (delta.length / classes);
    float[] gradient = new float[classes * length];
    for (int i = 0; i < delta.length; i++) {
      add(delta[i], inputs, i / classes * length, gradient, i % classes * length, length);
    }
    return gradient;
  }

  /** With respect to the bias, summed over the images. */
  static float[] biasGradient(float[] delta, int classes) {
    float[] gradient = new float[classes];
    for (int i = 0; i < delta.length; i++) {
      gradient[i % classes] += delta[i];
    }
    return gradient;
  }

  /** Adds {@code factor} times some values to others. */
  private static void add(
      float factor, float[] values, int at, float[] sums, int sumsAt, int length) {
    for (int i = 0; i < length; i++) {
      sums[sumsAt + i] += factor * values[at + i];
    }
  }
}
