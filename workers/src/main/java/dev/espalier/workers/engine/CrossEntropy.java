package dev.espalier.workers.engine;

/**
 * Softmax and the cross-entropy, with their gradient: exponentials and logarithms in 64 bits, the
 * same on every processor.
 */
final class CrossEntropy {
  private CrossEntropy() {}

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
}
